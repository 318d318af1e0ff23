// The map of codes: dots from afar, pictures from near, drawn by WebGL. Everything it needs is
// fetched once from one address; what is selected goes back to Python as a list of numbers.

const NEAR = [14, 30]; // pixels of a sample: from here on its picture shows through, and is all
const LARGEST = 96; // pixels of a picture
const REACH = 14; // pixels between the pointer and what it points at
const DIM = 0.12; // opacity of what a filter leaves out
const SHEET = 1024; // pixels of a sheet of pictures, each way
const PLAIN = [0.49, 0.52, 0.59];

const VERTEX = `#version 300 es
in vec2 place;
in vec3 colour;
in float state;
uniform vec2 middle, scale;
uniform float size;
uniform float cells;
flat out vec3 tint;
flat out float alpha, chosen;
flat out vec3 cell;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  chosen = mod(state, 2.0);
  alpha = state < 2.0 ? 1.0 : ${DIM};
  gl_PointSize = size * (chosen > 0.5 ? 1.25 : 1.0);
  tint = colour;
  float within = mod(float(gl_VertexID), cells * cells);
  cell = vec3(mod(within, cells), floor(within / cells), floor(float(gl_VertexID) / (cells * cells)));
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2DArray;
uniform sampler2DArray pictures;
uniform float near, size, cells, grey;
uniform vec2 share;
flat in vec3 tint;
flat in float alpha, chosen;
flat in vec3 cell;
out vec4 colour;
void main() {
  vec2 at = gl_PointCoord;
  float round = 1.0 - smoothstep(0.42, 0.5, distance(at, vec2(0.5)));
  vec4 dot = vec4(chosen > 0.5 ? mix(tint, vec3(0.0), 0.25) : tint, 0.85 * round);
  vec4 picture = vec4(0.0);
  if (near > 0.0) {
    float frame = (chosen > 0.5 ? 4.0 : 2.0) / size;
    vec2 inner = (at - frame) / (1.0 - 2.0 * frame);
    vec2 inside = inner * max(share.x, share.y) / share + 0.5 - 0.5 * max(share.x, share.y) / share;
    bool framed = any(lessThan(inner, vec2(0.0))) || any(greaterThan(inner, vec2(1.0)));
    bool empty = any(lessThan(inside, vec2(0.0))) || any(greaterThan(inside, vec2(1.0)));
    vec3 read = texture(pictures, vec3((cell.xy + inside * share) / cells, cell.z)).rgb;
    picture = vec4(framed ? tint : empty ? vec3(0.06) : grey > 0.5 ? read.rrr : read, 1.0);
  }
  colour = mix(dot, picture, near);
  colour.a *= alpha;
  if (colour.a < 0.01) discard;
}`;

export default function ({ data, parentElement, setStateValue }) {
  // called again at every rerun and change of theme: the map stays while its address does
  const root = parentElement.querySelector(".codes");
  root.map ??= begin(root);
  root.map.pick = (ids) => setStateValue("selected", ids);
  root.map.show(data);
}

function begin(root) {
  const canvas = root.querySelector("canvas.dots");
  const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: false });
  const map = { root, canvas, gl, pick: null, selected: new Set(), off: new Set(), wanted: false };
  map.over = root.querySelector("canvas.over");
  map.show = (words) => show(map, words);
  if (!gl) {
    root.querySelector(".message").textContent =
      "This browser has no WebGL 2, which the map needs. Export gives the map as a figure.";
    return map;
  }
  map.program = linked(gl);
  map.draw = () => {
    if (!map.wanted) requestAnimationFrame(() => paint(map));
    map.wanted = true;
  };
  listen(map);
  new ResizeObserver(() => map.ready && map.draw()).observe(canvas);
  return map;
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error("The map's program failed");
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return program;
}

// What Python wants to see: another address is fetched, everything else only chooses from it.
async function show(map, words) {
  const before = map.words;
  map.words = words;
  if (!map.gl) return;
  if (before?.url !== words.url) {
    map.ready = false;
    const message = map.root.querySelector(".message");
    message.textContent = "Loading the map…";
    try {
      const buffer = await (await fetch(addressed(words.url))).arrayBuffer();
      if (map.words.url !== words.url) return;
      await take(map, buffer);
      message.textContent = "";
    } catch (problem) {
      message.textContent = `The map could not be loaded: ${problem.message}`;
      return;
    }
  }
  if (!map.ready) return;
  place(map, before?.url === words.url && before.projection === words.projection);
  paintColours(map);
  legend(map);
  map.draw();
}

// The server may lie below a path of its own.
const addressed = (url) => new URL(url.replace(/^\//, ""), document.baseURI);

// A JSON text with its length in front, the numbers it tells of, and deflated pictures.
async function take(map, buffer) {
  const { gl } = map;
  const length = new DataView(buffer).getUint32(0, true);
  const words = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const floats = (count) => {
    const part = new Float32Array(buffer, at, count);
    at += 4 * count;
    return part;
  };
  Object.assign(map, { about: words, count: words.count, projections: {}, colourings: {} });
  for (const name of words.projections) map.projections[name] = floats(2 * words.count);
  for (const name of words.colourings) map.colourings[name] = floats(words.count);
  map.labels = new Uint16Array(buffer, at, words.count);
  at += 2 * words.count;
  const packed = new Blob([new Uint8Array(buffer, at)]).stream();
  const pixels = await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  map.pixels = new Uint8Array(pixels);
  map.state = new Float32Array(map.count);
  map.selected.clear();
  map.off.clear();
  sheets(map);
  for (const [name, size] of [["place", 2], ["colour", 3], ["state", 1]]) {
    const location = gl.getAttribLocation(map.program, name);
    map[`${name}s`] = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, map[`${name}s`]);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, 0, 0);
  }
  map.ready = true;
}

// The pictures, beside and below one another on the layers of one texture.
function sheets(map) {
  const { gl, count, pixels } = map;
  const [height, width, channels] = map.about.shape;
  const side = Math.max(height, width);
  const cells = Math.max(1, Math.floor(SHEET / side));
  const layers = Math.ceil(count / (cells * cells));
  const [inner, outer] = channels === 1 ? [gl.R8, gl.RED] : [gl.RGB8, gl.RGB];
  gl.deleteTexture(map.texture ?? null);
  map.texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, map.texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, inner, cells * side, cells * side, layers);
  for (const name of ["MIN", "MAG"])
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl[`TEXTURE_${name}_FILTER`], gl.NEAREST);
  const row = new Uint8Array(cells * side * side * channels); // of cells
  for (let first = 0; first < count; first += cells) {
    row.fill(0);
    for (let n = first; n < Math.min(first + cells, count); n++)
      for (let y = 0; y < height; y++) {
        const from = (n * height + y) * width * channels;
        const to = (y * cells + (n - first)) * side * channels;
        row.set(pixels.subarray(from, from + width * channels), to);
      }
    const within = (first / cells) % cells;
    const layer = Math.floor(first / (cells * cells));
    gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, within * side, layer,
      cells * side, side, 1, outer, gl.UNSIGNED_BYTE, row);
  }
  Object.assign(map, { cells, share: [width / side, height / side] });
}

function place(map, same) {
  const { gl } = map;
  map.at = map.projections[map.words.projection];
  gl.bindBuffer(gl.ARRAY_BUFFER, map.places);
  gl.bufferData(gl.ARRAY_BUFFER, map.at, gl.STATIC_DRAW);
  if (same) return;
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
  const size = start * map.zoom;
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

function paintColours(map) {
  const { gl, count, labels } = map;
  const values = map.colourings[map.words.colour];
  const colours = new Float32Array(3 * count);
  const classes = map.about.colours.map(rgb);
  map.range = values && range(values, map.words.zero);
  for (let i = 0; i < count; i++)
    colours.set(values ? along(map, values[i]) : classes[labels[i] % classes.length], 3 * i);
  gl.bindBuffer(gl.ARRAY_BUFFER, map.colours);
  gl.bufferData(gl.ARRAY_BUFFER, colours, gl.STATIC_DRAW);
  map.colourOf = (i) => colours.subarray(3 * i, 3 * i + 3);
  filter(map);
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
const css = (colour) => `rgb(${[...colour].map((part) => Math.round(255 * part)).join()})`;

// From the 2nd to the 98th percentile, so that a few far ones do not leave all others alike.
function range(values, zero) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (!sorted.length) return [0, 1];
  const low = zero ? 0 : sorted[Math.floor(0.02 * (sorted.length - 1))];
  const high = sorted[Math.ceil(0.98 * (sorted.length - 1))];
  return [low, high > low ? high : low + 1];
}

function along(map, value) {
  if (Number.isNaN(value)) return PLAIN;
  const [low, high] = map.range;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  const stops = map.about.scale;
  const next = stops.findIndex(([at]) => at >= share);
  const [upper, second] = stops[Math.max(1, next)];
  const [lower, first] = stops[Math.max(1, next) - 1];
  const part = (share - lower) / (upper - lower);
  const [from, to] = [rgb(first), rgb(second)];
  return from.map((start, i) => start + part * (to[i] - start));
}

// What is selected (1) and what a filter leaves out (2), for the graphics card.
function filter(map) {
  const { gl } = map;
  for (let i = 0; i < map.count; i++)
    map.state[i] = (map.selected.has(i) ? 1 : 0) + (map.off.has(map.labels[i]) ? 2 : 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, map.states);
  gl.bufferData(gl.ARRAY_BUFFER, map.state, gl.DYNAMIC_DRAW);
  map.small = null;
}

function legend(map) {
  const place = map.root.querySelector(".legend");
  const yours = map.words.own.length ? [Object.assign(document.createElement("span"), {
    className: "yours", textContent: "◆ yours", style: `color: ${map.words.accent}`,
  })] : [];
  if (map.range) {
    const [low, high] = map.range.map((value) => Number(value.toPrecision(3)).toLocaleString("en"));
    const stops = map.about.scale.map(([at, colour]) => `${colour} ${100 * at}%`).join();
    const bar = document.createElement("i");
    bar.className = "scale";
    bar.style.background = `linear-gradient(to right, ${stops})`;
    place.replaceChildren(map.words.title, " ", low, bar, high, ...yours);
    return;
  }
  const present = [...new Set(map.labels)].sort((a, b) => a - b);
  place.replaceChildren(
    ...yours,
    ...(present.length < 2 ? [] : present.slice(0, 40)).map((label) => {
      const button = document.createElement("button");
      const mark = document.createElement("i");
      mark.style.background = map.about.colours[label % map.about.colours.length];
      button.type = "button";
      button.append(mark, map.about.classes[label]);
      button.ariaPressed = String(!map.off.has(label));
      button.title = "Show or dim this class; with Shift, this one alone";
      button.onclick = (event) => {
        if (event.shiftKey) map.off = new Set(present.filter((other) => other !== label));
        else if (!map.off.delete(label)) map.off.add(label);
        filter(map);
        legend(map);
        map.draw();
      };
      return button;
    }),
  );
}

function paint(map) {
  map.wanted = false;
  const { gl, canvas, over } = map;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!map.ready || !width || !height) return;
  for (const each of [canvas, over])
    if (each.width !== Math.round(width * ratio) || each.height !== Math.round(height * ratio)) {
      each.width = Math.round(width * ratio);
      each.height = Math.round(height * ratio);
    }
  const uniform = (name) => gl.getUniformLocation(map.program, name);
  const size = sizeOf(map);
  const near = Math.min(1, Math.max(0, (size - NEAR[0]) / (NEAR[1] - NEAR[0])));
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.uniform2f(uniform("middle"), ...map.middle);
  gl.uniform2f(uniform("scale"), (2 * unit(map)) / width, (2 * unit(map)) / height);
  gl.uniform2f(uniform("share"), ...map.share);
  gl.uniform1f(uniform("size"), (near ? size : Math.min(size, 10)) * ratio);
  gl.uniform1f(uniform("near"), near);
  gl.uniform1f(uniform("cells"), map.cells);
  gl.uniform1f(uniform("grey"), map.about.shape[2] === 1 ? 1 : 0);
  gl.drawArrays(gl.POINTS, 0, map.count);
  map.near = near;
  map.frames = (map.frames ?? 0) + 1;
  map.root.dataset.shows = near === 1 ? "pictures" : near ? "both" : "dots"; // for whoever looks on
  above(map, ratio);
}

// What lies over the dots: names, the visitor's own, the lasso, what is pointed at, the overview.
function above(map, ratio) {
  const context = map.over.getContext("2d");
  const style = getComputedStyle(map.root);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, map.over.width, map.over.height);
  context.font = `600 13px ${style.fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (map.words.named && map.near < 0.5) names(map, context);
  context.lineWidth = 1.5;
  for (const [x, y] of map.words.own) {
    const [left, top] = toScreen(map, x, y);
    context.fillStyle = map.words.accent;
    context.strokeStyle = "#fff";
    context.beginPath();
    for (const [dx, dy] of [[0, -8], [8, 0], [0, 8], [-8, 0]]) context.lineTo(left + dx, top + dy);
    context.closePath();
    context.fill();
    context.stroke();
  }
  if (map.lasso) {
    context.strokeStyle = style.color;
    context.setLineDash([4, 3]);
    context.beginPath();
    for (const [x, y] of map.lasso) context.lineTo(x, y);
    context.closePath();
    context.stroke();
    context.setLineDash([]);
  }
  if (map.pointed >= 0) {
    const [x, y] = toScreen(map, map.at[2 * map.pointed], map.at[2 * map.pointed + 1]);
    context.strokeStyle = style.color;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, Math.max(7, sizeOf(map) / 2 + 3), 0, 2 * Math.PI);
    context.stroke();
  }
  if (map.zoom > 1.3) overview(map, context);
}

// Each class over the middle of its samples.
function names(map, context) {
  for (const [label, [x, y]] of middles(map)) {
    if (map.off.has(label)) continue;
    const [left, top] = toScreen(map, x, y);
    const name = map.about.classes[label];
    const width = context.measureText(name).width + 8;
    context.fillStyle = "rgba(255, 255, 255, 0.8)";
    context.fillRect(left - width / 2, top - 9, width, 18);
    context.fillStyle = "#1c2430";
    context.fillText(name, left, top);
  }
}

function middles(map) {
  if (map.middles?.of === map.at) return map.middles.found;
  const members = new Map();
  map.labels.forEach((label, i) => {
    if (!members.has(label)) members.set(label, [[], []]);
    members.get(label)[0].push(map.at[2 * i]);
    members.get(label)[1].push(map.at[2 * i + 1]);
  });
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const found = [...members].map(([label, axes]) => [label, axes.map(median)]);
  map.middles = { of: map.at, found };
  return found;
}

const SMALL = [120, 84]; // pixels of the overview

function box(map) {
  const [width, height] = SMALL;
  const left = map.canvas.clientWidth - width - 8;
  return [left, map.canvas.clientHeight - height - 8, width, height];
}

function overview(map, context) {
  const [left, top, width, height] = box(map);
  const [low, high] = map.extent;
  const scale = 0.9 * Math.min(width / (high[0] - low[0] || 1), height / (high[1] - low[1] || 1));
  const [x, y] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  if (!map.small) {
    map.small = new OffscreenCanvas(width, height);
    const small = map.small.getContext("2d");
    const step = Math.ceil(map.count / 4000);
    for (let i = 0; i < map.count; i += step) {
      if (map.state[i] >= 2) continue;
      small.fillStyle = css(map.colourOf(i));
      const across = width / 2 + (map.at[2 * i] - x) * scale;
      small.fillRect(across, height / 2 - (map.at[2 * i + 1] - y) * scale, 1.5, 1.5);
    }
  }
  context.fillStyle = getComputedStyle(map.root).getPropertyValue("--st-background-color");
  context.globalAlpha = 0.85;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.drawImage(map.small, left, top);
  context.strokeStyle = "#7d8597";
  context.lineWidth = 1;
  context.strokeRect(left, top, width, height);
  const [from, to] = [toPlace(map, 0, 0), toPlace(map, map.canvas.clientWidth, map.canvas.clientHeight)];
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = "#d1495b";
  context.strokeRect(
    left + width / 2 + (from[0] - x) * scale,
    top + height / 2 - (from[1] - y) * scale,
    (to[0] - from[0]) * scale,
    (from[1] - to[1]) * scale,
  );
  context.restore();
}

function listen(map) {
  const { over, root } = map;
  const pointers = new Map();
  const spot = (event) => {
    const area = over.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  };
  const lassoing = (event) => event.shiftKey || root.querySelector("[name=drag]:checked").value === "lasso";
  let travelled = 0; // pixels, since a button was pressed
  over.onpointerdown = (event) => {
    if (!map.ready || event.button !== 0) return;
    over.focus({ preventScroll: true });
    over.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, spot(event));
    travelled = 0;
    map.lasso = pointers.size === 1 && lassoing(event) ? [spot(event)] : null;
  };
  over.onpointermove = (event) => {
    if (!map.ready) return;
    const now = spot(event);
    if (!pointers.has(event.pointerId)) {
      point(map, now);
      return;
    }
    const before = pointers.get(event.pointerId);
    pointers.set(event.pointerId, now);
    travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (map.lasso) map.lasso.push(now);
    else if (pointers.size === 2) pinch(map, [...pointers], event.pointerId, before);
    else pan(map, now[0] - before[0], now[1] - before[1]);
    map.draw();
  };
  over.onpointerup = over.onpointercancel = (event) => {
    if (!pointers.delete(event.pointerId) || pointers.size) return;
    const lasso = map.lasso;
    map.lasso = null;
    if (lasso && travelled > 4) {
      select(map, within(map, lasso), event);
    } else if (travelled <= 4 && event.type === "pointerup") {
      const found = nearest(map, spot(event));
      select(map, found < 0 ? [] : [found], event);
    }
    map.draw();
  };
  over.onpointerleave = () => {
    if (pointers.size || !map.ready) return;
    map.pointed = -1;
    root.querySelector(".told").hidden = true;
    map.draw();
  };
  over.onwheel = (event) => {
    if (!map.ready) return;
    event.preventDefault();
    zoom(map, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), spot(event));
  };
  over.ondblclick = (event) => zoom(map, 2, spot(event));
  over.onkeydown = (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    const middle = [over.clientWidth / 2, over.clientHeight / 2];
    if (!map.ready) return;
    if (steps[event.key]) pan(map, ...steps[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(map, 1.4, middle);
    else if (event.key === "-") zoom(map, 1 / 1.4, middle);
    else if (event.key === "0") reset(map);
    else if (event.key === "Escape") select(map, [], event);
    else if (event.key === "Enter") select(map, [nearest(map, middle, Infinity)], event);
    else return;
    event.preventDefault();
    map.draw();
  };
  const act = { in: () => zoom(map, 1.6), out: () => zoom(map, 1 / 1.6), whole: () => reset(map) };
  for (const [name, does] of Object.entries(act))
    root.querySelector(`button.${name}`).onclick = () => {
      if (!map.ready) return;
      does();
      map.draw();
    };
  root.querySelector("[type=search]").oninput = (event) => map.ready && find(map, event.target.value);
}

function pan(map, x, y) {
  map.middle = [map.middle[0] - x / unit(map), map.middle[1] + y / unit(map)];
}

function zoom(map, factor, at = [map.canvas.clientWidth / 2, map.canvas.clientHeight / 2]) {
  const before = toPlace(map, ...at);
  map.zoom = Math.min(400, Math.max(0.5, map.zoom * factor));
  const after = toPlace(map, ...at);
  map.middle = map.middle.map((value, axis) => value + before[axis] - after[axis]);
  map.draw();
}

function pinch(map, pointers, moved, before) {
  const [other] = pointers.filter(([id]) => id !== moved).map(([, spot]) => spot);
  const [now] = pointers.filter(([id]) => id === moved).map(([, spot]) => spot);
  const apart = (spot) => Math.max(10, Math.hypot(spot[0] - other[0], spot[1] - other[1]));
  pan(map, (now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  zoom(map, apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
}

function nearest(map, [x, y], reach = Math.max(REACH, sizeOf(map) / 2)) {
  const [u, v] = toPlace(map, x, y);
  let [found, least] = [-1, (reach / unit(map)) ** 2];
  for (let i = 0; i < map.count; i++) {
    const distance = (map.at[2 * i] - u) ** 2 + (map.at[2 * i + 1] - v) ** 2;
    if (distance < least && map.state[i] < 2) [found, least] = [i, distance];
  }
  return found;
}

// The samples inside a line that was drawn around them: an odd number of crossings to the left.
function within(map, lasso) {
  const line = new Float64Array(lasso.flatMap(([x, y]) => toPlace(map, x, y)));
  const found = [];
  const corners = line.length / 2;
  for (let i = 0; i < map.count; i++) {
    if (map.state[i] >= 2) continue;
    const [x, y] = [map.at[2 * i], map.at[2 * i + 1]];
    let inside = false;
    for (let a = 0, b = corners - 1; a < corners; b = a++) {
      const [ya, yb] = [line[2 * a + 1], line[2 * b + 1]];
      if (ya > y !== yb > y && x < ((line[2 * b] - line[2 * a]) * (y - ya)) / (yb - ya) + line[2 * a])
        inside = !inside;
    }
    if (inside) found.push(i);
  }
  return found;
}

// With Ctrl what was selected stays, with Alt what is drawn around is taken out of it.
function select(map, ids, event) {
  const kept = event.ctrlKey || event.metaKey || event.altKey ? map.selected : new Set();
  for (const id of ids) event.altKey ? kept.delete(id) : kept.add(id);
  if (!kept.size && !map.selected.size) return;
  map.selected = kept;
  filter(map);
  map.draw();
  map.pick([...kept].sort((a, b) => a - b));
}

function point(map, spot) {
  const told = map.root.querySelector(".told");
  const mine = map.words.own.findIndex(([x, y]) => {
    const [left, top] = toScreen(map, x, y);
    return Math.hypot(left - spot[0], top - spot[1]) < REACH;
  });
  const found = mine < 0 ? nearest(map, spot) : -1;
  if (mine < 0 && found === map.pointed && !map.mine) return;
  [map.pointed, map.mine] = [found, mine >= 0];
  told.hidden = found < 0 && mine < 0;
  told.querySelector("canvas").hidden = mine >= 0;
  if (mine >= 0) {
    const [x, y, name] = map.words.own[mine];
    tell(map, told, toScreen(map, x, y), [name]);
  } else if (found >= 0) {
    const [height, width, channels] = map.about.shape;
    const canvas = told.querySelector("canvas");
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    const from = found * height * width * channels;
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++)
        image.data[4 * i + c] = map.pixels[from + channels * i + (channels === 1 ? 0 : c)];
      image.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    const lines = [map.about.classes[map.labels[found]], ...(map.about.told?.[found] ?? [])];
    const error = map.colourings.Error[found];
    lines.splice(1, 0, `${map.about.error} ${Number(error.toPrecision(3)).toLocaleString("en")}`);
    tell(map, told, toScreen(map, map.at[2 * found], map.at[2 * found + 1]), lines);
  }
  map.draw();
}

function tell(map, told, [x, y], lines) {
  told.querySelector("div").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })),
  );
  const most = map.canvas.clientWidth - told.offsetWidth - 4;
  told.style.left = `${Math.min(Math.max(0, x + 14), most)}px`;
  const above = y - told.offsetHeight - 12;
  told.style.top = `${above > 0 ? above : y + 14}px`;
}

// Dims the classes whose name does not hold what is typed; a number finds a sample.
function find(map, typed) {
  const words = typed.trim().toLowerCase();
  const fits = (name) => name.toLowerCase().includes(words);
  const known = map.about.classes.some(fits);
  map.off = new Set(map.about.classes.flatMap((name, label) => (known && !fits(name) ? [label] : [])));
  const number = Number(words) - 1;
  if (words && !known && Number.isInteger(number) && number >= 0 && number < map.count) {
    map.middle = [map.at[2 * number], map.at[2 * number + 1]];
    map.zoom = Math.max(map.zoom, 12);
    map.pointed = number;
  }
  filter(map);
  legend(map);
  map.draw();
}
