// The map of codes: dots from afar, pictures from near, drawn by WebGL. Everything it needs is
// fetched once from one address; what is selected goes back to Python as a list of numbers.

export default function ({ data, parentElement, setStateValue }) {
  // called again at every rerun and change of theme: the map stays while its address does
  const root = parentElement.querySelector(".codes");
  root.map ??= begin(root);
  root.map.pick = (ids) => setStateValue("selected", ids);
  root.map.show(data);
  if (!root.map.gl) return;
  link(root.map);
  return root.map.unlink;
}

function begin(root) {
  const canvas = root.querySelector("canvas.dots");
  const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: false });
  const map = { root, canvas, gl, pick: null, selected: new Set(), off: new Set(), wanted: false };
  Object.assign(map, { buffers: {}, sent: {}, loaded: 0, coarse: 1 });
  map.over = root.querySelector("canvas.over");
  map.show = (words) => show(map, words);
  if (!gl) {
    root.querySelector(".message").textContent =
      "This browser has no WebGL 2, which the map needs. Export gives the map as a figure.";
    return map;
  }
  Object.assign(map, linked(gl));
  map.draw = () => {
    if (!map.wanted) requestAnimationFrame(() => paint(map));
    map.wanted = true;
  };
  listen(map);
  shapes(map);
  new ResizeObserver(() => map.ready && map.draw()).observe(canvas);
  return map;
}

// What Python wants to see: another address is fetched, everything else only chooses from it.
async function show(map, words) {
  const before = map.words;
  map.words = words;
  if (!map.gl) return;
  const message = map.root.querySelector(".message");
  try {
    if (before?.url !== words.url) {
      map.ready = false;
      message.textContent = "Loading the map…";
      const buffer = await fetched(words.url);
      if (map.words.url !== words.url) return;
      take(map, buffer);
      message.textContent = "";
    }
    if (!map.ready) return;
    const wanted = map.words;
    if (map.turn !== wanted.turn) {
      map.selected = new Set(wanted.selected.filter((id) => id < map.count));
      map.turn = wanted.turn;
      filter(map);
    }
    place(map);
    if (wanted.column) map.colourings[wanted.colour] ??= new Float32Array(await fetched(wanted.column));
    if (map.words !== wanted) return; // and is shown by another call
    paintColours(map);
    legend(map);
    map.draw();
    if (map.pictured === map.words.pictures) return;
    map.pictured = map.words.pictures;
    await takePictures(map, map.pictured);
    map.draw();
  } catch (problem) {
    map.pictured = null;
    message.textContent = `The map could not be loaded: ${problem.message}`;
  }
}

// A JSON text with its length in front, and the numbers it tells of.
function take(map, buffer) {
  const [words, start] = headed(buffer);
  let at = start;
  const floats = (count) => {
    const part = new Float32Array(buffer, at, count);
    at += 4 * count;
    return part;
  };
  Object.assign(map, { about: words, count: words.count, projections: {}, colourings: {} });
  for (const name of words.projections) map.projections[name] = floats(2 * words.count);
  map.colourings.Error = floats(words.count);
  map.labels = new Uint16Array(buffer, at, words.count);
  map.state = new Uint8Array(map.count);
  map.turn = null; // takes over what is selected
  map.off.clear();
  map.ready = true;
}

function place(map) {
  const at = map.projections[map.words.projection];
  if (map.at === at) return;
  map.at = at;
  map.small = null;
  send(map, "place", at);
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const points of [map.at, map.words.own.flatMap(([x, y]) => [x, y])])
    for (let i = 0; i < points.length; i++) {
      low[i % 2] = Math.min(low[i % 2], points[i]);
      high[i % 2] = Math.max(high[i % 2], points[i]);
    }
  map.extent = [low, high];
  reset(map);
}

function reset(map) {
  const [low, high] = map.extent;
  map.middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  map.zoom = 1;
}

// Pixels a unit of the map, equal across and up.
function fitting(map) {
  const [low, high] = map.extent;
  const across = (map.canvas.clientWidth - 40) / Math.max(high[0] - low[0], 1e-6);
  const up = (map.canvas.clientHeight - 40) / Math.max(high[1] - low[1], 1e-6);
  return Math.max(1e-6, Math.min(across, up));
}

const unit = (map) => fitting(map) * map.zoom;

// Pixels of a sample: what fills the map at the start, growing with the zoom.
function sizeOf(map) {
  const area = map.canvas.clientWidth * map.canvas.clientHeight;
  const start = Math.min(9, Math.max(3.5, 0.4 * Math.sqrt(area / map.count)));
  const size = (map.shaped ? Math.max(SHAPED, start) : start) * map.zoom;
  return Math.min(LARGEST, size < NEAR[1] ? size : NEAR[1] * Math.sqrt(size / NEAR[1]));
}

const toScreen = (map, x, y) => [
  map.canvas.clientWidth / 2 + (x - map.middle[0]) * unit(map),
  map.canvas.clientHeight / 2 - (y - map.middle[1]) * unit(map),
];
const toPlace = (map, x, y) => [
  map.middle[0] + (x - map.canvas.clientWidth / 2) / unit(map),
  map.middle[1] - (y - map.canvas.clientHeight / 2) / unit(map),
];
