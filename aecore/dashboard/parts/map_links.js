// What is pointed at on the map is lit in the histogram of errors below it and in the samples that
// stand elsewhere on the page, and the other way round.

const BINS = 60;

function link(map) {
  map.unlink?.(); // one set of listeners at a time
  const place = map.root.querySelector(".errors");
  map.lit = document.head.appendChild(document.createElement("style"));
  const number = (event) => event.composedPath()[0].closest?.("[data-sample]")?.dataset.sample;
  const over = (event) => {
    const found = number(event);
    if (map.ready && found !== undefined && Number(found) < map.count) light(map, [Number(found)]);
  };
  const out = (event) => map.ready && number(event) !== undefined && light(map, []);
  const listeners = { pointerover: over, focusin: over, pointerout: out, focusout: out };
  for (const [name, listener] of Object.entries(listeners))
    document.addEventListener(name, listener);
  map.unlink = () => {
    map.lit.remove();
    for (const [name, listener] of Object.entries(listeners))
      document.removeEventListener(name, listener);
  };
  const binAt = (event) => {
    const area = place.getBoundingClientRect();
    return Math.floor((BINS * (event.clientX - area.left)) / area.width);
  };
  place.onpointermove = (event) => lightBin(map, binAt(event));
  place.onpointerleave = place.onblur = () => map.ready && lightBin(map, -1);
  place.onclick = (event) => map.ready && select(map, inBin(map, binAt(event)), event); // a finger has left
  place.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!map.ready) return;
    if (step) lightBin(map, Math.min(BINS - 1, Math.max(0, (map.bin ?? -1) + step)));
    else if (event.key === "Enter" || event.key === " ") select(map, inBin(map, map.bin), event);
    else return;
    event.preventDefault();
  };
}

// Rings around some samples of the map; one alone is lit elsewhere on the page, too.
function light(map, ids) {
  map.shone = ids;
  map.lit.textContent =
    ids.length === 1
      ? `[data-sample="${ids[0]}"] { outline: 3px solid #d1495b; outline-offset: 1px; }`
      : "";
  map.draw();
}

function lightBin(map, bin) {
  if (!map.ready || bin === map.bin) return;
  map.bin = bin;
  light(map, inBin(map, bin));
  const place = map.root.querySelector(".errors");
  const [low, high] = [bin, bin + 1].map((at) => significant((at * map.most) / BINS));
  const told = bin < 0 ? "" : `${map.about.error} ${low} to ${high}: ${map.shone.length}`;
  place.setAttribute("aria-valuetext", told);
  place.setAttribute("aria-valuenow", Math.max(0, bin));
  sayErrors(map, told);
}

function sayErrors(map, told) {
  map.root.querySelector(".errors + span").textContent =
    told || `Distribution of ${map.about.error}. Click a bar to select its samples.`;
}

const binOf = (map, i) => Math.min(BINS - 1, Math.floor((BINS * map.colourings.Error[i]) / map.most));

function inBin(map, bin) {
  const found = [];
  if (!(bin >= 0)) return found;
  for (let i = 0; i < map.count; i++) if (map.state[i] < 2 && binOf(map, i) === bin) found.push(i);
  return found;
}

// How many samples have which error; in colour those that are selected.
function histogram(map) {
  const canvas = map.root.querySelector(".errors");
  const errors = map.colourings.Error;
  if (map.binned !== errors) {
    const sorted = errors.filter((value) => !Number.isNaN(value)).sort();
    map.most = 1.05 * (sorted[Math.floor(0.998 * (sorted.length - 1))] || 1);
    map.binned = errors;
    sayErrors(map, "");
  }
  map.counts ??= counted(map);
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const lit = map.shone?.length === 1 ? binOf(map, map.shone[0]) : map.bin;
  const style = getComputedStyle(map.root);
  const now = [map.counts, lit, width, height, ratio, style.color]; // the map moves more often
  if (map.drawnErrors?.every((value, at) => value === now[at])) return;
  map.drawnErrors = now;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const [all, chosen] = map.counts;
  const most = Math.max(1, ...all);
  const accent = style.getPropertyValue("--st-primary-color");
  context.strokeStyle = style.color;
  const across = width / BINS;
  for (let bin = 0; bin < BINS; bin++) {
    for (const [count, colour] of [[all[bin], "#9aa2b1"], [chosen[bin], accent]]) {
      const up = count ? Math.max(2, ((height - 2) * count) / most) : 0;
      context.fillStyle = colour;
      context.fillRect(bin * across, height - up, across - 1, up);
    }
    if (bin === lit) context.strokeRect(bin * across, 0.5, across - 1, height - 1);
  }
}

function counted(map) {
  const [all, chosen] = [new Uint32Array(BINS), new Uint32Array(BINS)];
  for (let i = 0; i < map.count; i++) {
    if (map.state[i] >= 2 || Number.isNaN(map.colourings.Error[i])) continue;
    const bin = binOf(map, i);
    all[bin] += 1;
    if (map.state[i] % 2) chosen[bin] += 1;
  }
  return [all, chosen];
}
