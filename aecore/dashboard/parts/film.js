// The film of a training. While it runs, each call brings the latest frame; afterwards all of them,
// played and scrubbed here: nothing is asked of the server.

const SECONDS = 10; // that a film takes
const MOVE = 450; // milliseconds in which points move to their places in a new frame
const still = matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data, parentElement }) {
  // called again at every rerun and change of theme; what is built stays while the data does
  const root = parentElement.querySelector(".film");
  const stamp = `${data.length}.${data.slice(0, 4096).join()}.${data.slice(-2048).join()}`;
  if (root.stamp !== stamp) {
    root.stamp = stamp;
    show(root, unpacked(data));
  }
  root.draw();
}

function unpacked(data) {
  const buffer = data.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const words = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const frames = words.live ? 1 : words.epochs.length;
  const picture = words.shape.reduce((product, side) => product * side, 1);
  const Numbers = words.drawing === "image" ? Uint8Array : Float32Array;
  let start = 4 + length;
  const pictures = () => {
    const all = new Numbers(buffer, start, words.images * picture);
    start += all.byteLength;
    return Array.from({ length: words.images }, (_, n) =>
      all.subarray(n * picture, (n + 1) * picture),
    );
  };
  const originals = pictures();
  const inputs = words.corrupted ? pictures() : null;
  const outputs = Array.from({ length: frames }, pictures);
  const count = 2 * words.labels.length;
  const Whole = words.alone ? Int16Array : Int8Array;
  const places = Array.from({ length: frames }, (_, n) => {
    const moment = new Whole(buffer, start + n * count * Whole.BYTES_PER_ELEMENT, count);
    return Float32Array.from(moment, (v) => v / words.notch);
  });
  return { ...words, frames, originals, inputs, outputs, places };
}

function show(root, film) {
  const find = (selector) => root.querySelector(selector);
  for (const loop of [root.playing, root.moving]) cancelAnimationFrame(loop);
  find(".loss figcaption").textContent = film.title;
  find(".map").hidden = !film.labels.length;
  root.classList.toggle("alone", film.alone);
  find("input").hidden = find("button").hidden = film.live || film.frames < 2;
  const draw = film.alone ? () => {} : DRAWINGS[film.drawing](find(".images"), film);
  const state = { at: film.frames - 1, drawn: -1 };
  // where the points are now: in a film that is live, each new frame is moved to from there
  let from = film.live && root.points?.length === film.places[0].length ? root.points : null;
  const began = performance.now();

  root.draw = () => {
    const here = Math.round(state.at);
    if (here !== state.drawn) {
      draw(film.outputs[here]);
      state.drawn = here;
    }
    const share = from ? Math.min(1, (performance.now() - began) / MOVE) : 1;
    root.points = places(film, state.at);
    if (share < 1) root.points = root.points.map((v, i) => from[i] + ease(share) * (v - from[i]));
    else from = null;
    scatter(find(".map canvas"), root.points, film);
    const frame = film.live ? film.epochs.length - 1 : here;
    losses(find("svg"), film, film.epochs[frame]);
    const loss = film.losses[frame];
    const words = `epoch ${Number(film.epochs[frame].toFixed(2))} of ${film.total}`;
    find("output").textContent = loss === null ? words : `${words} · loss ${significant(loss, 3)}`;
    find("input").value = state.at;
    find("input").setAttribute("aria-valuetext", words);
  };
  const tick = () => {
    root.draw();
    if (from) root.moving = requestAnimationFrame(tick);
  };
  if (still.matches) from = null;
  else if (from) tick();

  const slider = find("input");
  slider.max = film.frames - 1;
  slider.step = still.matches ? 1 : 0.01;
  const play = find("button");
  const stop = () => {
    cancelAnimationFrame(root.playing);
    root.playing = 0;
    play.textContent = "Play";
  };
  stop();
  slider.oninput = () => {
    stop();
    state.at = Number(slider.value);
    root.draw();
  };
  slider.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step) return;
    event.preventDefault(); // a frame, not a hundredth of one
    stop();
    state.at = Math.max(0, Math.min(film.frames - 1, Math.round(state.at) + step));
    root.draw();
  };
  play.onclick = () => {
    if (root.playing) return stop();
    play.textContent = "Pause";
    if (state.at >= film.frames - 1) state.at = 0;
    let last = performance.now();
    const run = (now) => {
      // a frame's time may lie before the press
      state.at += (Math.max(0, now - last) * (film.frames - 1)) / (1000 * SECONDS);
      last = now;
      const over = state.at >= film.frames - 1;
      state.at = Math.min(state.at, film.frames - 1);
      root.draw();
      if (over) stop();
      else root.playing = requestAnimationFrame(run);
    };
    root.playing = requestAnimationFrame(run);
  };
  if (!root.watched) {
    root.watched = new ResizeObserver(() => root.draw());
    root.watched.observe(root);
  }
}

const ease = (share) => share * share * (3 - 2 * share);

// Positions between two frames; at one of them for those who want no motion.
function places(film, at) {
  const here = still.matches ? Math.round(at) : Math.floor(at);
  const first = film.places[here];
  const next = film.places[Math.min(here + 1, film.frames - 1)];
  const share = still.matches ? 0 : at - here;
  return first.map((value, i) => value + share * (next[i] - value));
}

// The grid of images; gives what draws a frame, the images that are rebuilt.
function image(grid, film) {
  const kind = `${film.images}.${film.shape}.${film.corrupted}`;
  const rows = [["Original", film.originals]];
  if (film.corrupted) rows.push(["Corrupted", film.inputs]);
  rows.push(["Reconstruction", null]);
  if (grid.kind !== kind) {
    grid.kind = kind;
    grid.style.setProperty("--count", film.images);
    grid.replaceChildren();
    for (const [label] of rows) {
      const words = document.createElement("span");
      words.textContent = label;
      grid.append(words);
      for (let n = 0; n < film.images; n++) {
        const canvas = document.createElement("canvas");
        [canvas.height, canvas.width] = film.shape;
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", `${label} ${n + 1}`);
        canvas.className = `${label.toLowerCase()}${n < 5 ? "" : " late"}`;
        grid.append(canvas);
      }
    }
  }
  const all = [...grid.querySelectorAll("canvas")];
  rows.forEach(([, images], row) =>
    images?.forEach((image, n) => paint(all[row * film.images + n], image, film.shape)),
  );
  const rebuilt = all.slice(-film.images);
  return (outputs) => rebuilt.forEach((canvas, n) => paint(canvas, outputs[n], film.shape));
}

function paint(canvas, image, [height, width, channels]) {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = image[channels === 1 ? i : 3 * i + c];
    pixels.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

function losses(svg, film, now) {
  const [width, height] = [svg.clientWidth, svg.clientHeight];
  if (!width) return;
  const [left, right, top, bottom] = [52, 8, 24, 34];
  const { epoch = [], loss = [], val_loss: validation = [] } = film.history;
  const values = [...film.losses, ...loss, ...validation].filter((v) => v !== null);
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (!values.length) [low, high] = [0, 1];
  const logarithmic = low > 0 && high > 3 * low;
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  [low, high] = logarithmic ? [low / 1.06, high * 1.06] : [low - margin, high + margin];
  const bent = logarithmic ? Math.log : (v) => v;
  const x = (v) => left + (v / film.total) * (width - left - right);
  const y = (v) =>
    top + (1 - (bent(v) - bent(low)) / (bent(high) - bent(low))) * (height - top - bottom);
  const parts = [];
  for (const v of ticks(low, high, logarithmic)) {
    parts.push(`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(v)}" y2="${y(v)}"/>`);
    parts.push(`<text x="${left - 6}" y="${y(v) + 4}" text-anchor="end">${short(v)}</text>`);
  }
  const step = nice(Math.max(1, film.total / 6));
  for (let v = 0; v <= film.total; v += step)
    parts.push(`<text x="${x(v)}" y="${height - 18}" text-anchor="middle">${v}</text>`);
  parts.push(`<text x="${(left + width) / 2}" y="${height - 3}" text-anchor="middle">epoch</text>`);
  const line = (places, heights, colour, kind) => {
    const known = places.map((v, i) => [v, heights[i]]).filter(([, value]) => value !== null);
    const path = known.map(([u, v]) => `${x(u).toFixed(1)} ${y(v).toFixed(1)}`).join("L");
    if (known.length) parts.push(`<path class="${kind}" stroke="${colour}" d="M${path}"/>`);
    if (known.length < (kind === "within" ? 2 : 30)) // a point alone has no line
      for (const [u, v] of known)
        parts.push(`<circle cx="${x(u)}" cy="${y(v)}" r="3" fill="${colour}"/>`);
  };
  const { training, validation: held } = film.colours;
  if (film.epochs.length >= film.epochs.at(-1)) line(film.epochs, film.losses, training, "within");
  line(epoch, loss, training, "training");
  line(epoch, validation, held, "validation");
  parts.push(`<line class="now" x1="${x(now)}" x2="${x(now)}" y1="${top}" y2="${height - bottom}"/>`);
  let end = width - right;
  for (const [label, colour] of [["validation", held], ["training", training]]) {
    parts.push(`<text x="${end}" y="13" text-anchor="end">${label}</text>`);
    const start = end - 6 * label.length;
    parts.push(`<path stroke="${colour}" d="M${start - 26} 9H${start - 8}"/>`);
    end = start - 44;
  }
  svg.setAttribute("aria-label", `Loss over ${film.total} epochs, until epoch ${Number(now.toFixed(2))}`);
  svg.innerHTML = parts.join(""); // numbers and words of ours alone
}

function nice(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= least * 0.999);
}

function ticks(low, high, logarithmic) {
  const found = [];
  if (logarithmic) {
    const decades = Math.log10(high / low);
    const factors = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
    for (let n = Math.floor(Math.log10(low)); 10 ** n <= high; n += Math.ceil(decades / 6))
      for (const v of factors.map((factor) => factor * 10 ** n))
        if (v >= low && v <= high) found.push(v);
    if (found.length > 1) return found;
    found.length = 0;
  }
  const step = nice((high - low) / 4);
  for (let n = Math.ceil(low / step); n * step <= high; n++) found.push(n * step);
  return found;
}

// What fits beside the axis.
function short(v) {
  const size = Math.abs(v);
  const long = size > 0 && (size < 1e-5 || size >= 1e6);
  return long ? Number(v.toPrecision(3)).toExponential() : significant(v);
}
