// The latent plane: the decoder runs here, under the mouse, and asks the server for nothing.

const MAP = 440; // pixels of the map, each way
const SLOPE = 0.2; // of Keras' leaky ReLU

export default function ({ data, parentElement }) {
  // called again at every rerun and change of theme; what is built stays while the data does
  const root = parentElement.querySelector(".plane");
  const stamp = `${data.length}.${data.slice(0, 4096).join()}.${data.slice(-512).join()}`;
  if (root.stamp === stamp) return;
  root.stamp = stamp;
  begin(root, unpacked(data));
}

// The text in front, and the weights behind it, each step with its own part of them.
function unpacked(data) {
  const buffer = data.slice().buffer; // a copy, for floats must begin at a multiple of four
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const words = JSON.parse(text);
  const weights = new Float32Array(buffer, 4 + length);
  let start = 0;
  const take = (count) => weights.subarray(start, (start += count));
  let width = words.latent;
  const steps = words.steps.map(([kind, ...rest]) => {
    if (kind === "dense") {
      const [inputs, outputs] = rest;
      width = outputs;
      const kernel = take(inputs * outputs);
      return dense(kernel, take(outputs), inputs, outputs);
    }
    if (kind === "normalise") return normalise(take(width), take(width), rest[0]);
    if (kind === "scale") return scale(take(width), take(width));
    if (kind === "probabilities") return probabilities(rest[0]);
    return activate(ACTIVATIONS[rest[0]]);
  });
  return { ...words, decode: (code) => steps.reduce((x, step) => step(x), code) };
}

function dense(kernel, bias, inputs, outputs) {
  const y = new Float32Array(outputs); // used again at every frame
  return (x) => {
    y.set(bias);
    for (let i = 0; i < inputs; i++) {
      const value = x[i];
      if (value === 0) continue;
      const row = i * outputs;
      for (let j = 0; j < outputs; j++) y[j] += value * kernel[row + j];
    }
    return y;
  };
}

function normalise(gain, offset, epsilon) {
  return (x) => {
    let mean = 0;
    let square = 0;
    for (const value of x) mean += value;
    mean /= x.length;
    for (const value of x) square += (value - mean) ** 2;
    const deviation = Math.sqrt(square / x.length + epsilon);
    for (let i = 0; i < x.length; i++) x[i] = ((x[i] - mean) / deviation) * gain[i] + offset[i];
    return x;
  };
}

function scale(gain, offset) {
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] = x[i] * gain[i] + offset[i];
    return x;
  };
}

// Of each category of a row, whose values lie beside one another.
function probabilities(widths) {
  return (x) => {
    let start = 0;
    for (const width of widths) {
      if (width > 1) {
        const part = x.subarray(start, start + width);
        const top = Math.max(...part);
        let total = 0;
        for (let i = 0; i < width; i++) total += part[i] = Math.exp(part[i] - top);
        for (let i = 0; i < width; i++) part[i] /= total;
      }
      start += width;
    }
    return x;
  };
}

function activate(bend) {
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] = bend(x[i]);
    return x;
  };
}

const ACTIVATIONS = {
  relu: (x) => Math.max(0, x),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  leaky_relu: (x) => (x < 0 ? SLOPE * x : x),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

function begin(root, model) {
  const map = root.querySelector(".map canvas");
  const cross = root.querySelector(".cross");
  map.width = map.height = MAP;
  root.querySelector(".decoded").textContent = model.decoded;
  root.querySelector(".codes").textContent = model.codes;
  root.querySelector(".picture canvas").hidden = model.drawing !== "image";
  root.querySelector(".values").hidden = model.drawing === "image";
  const state = { u: model.start[0], v: model.start[1], wanted: false };
  const [low, high] = model.range;

  const code = new Float32Array(model.latent);
  const decoded = (u, v) => {
    code.set(model.middle);
    code[model.numbers[0]] = u;
    code[model.numbers[1]] = v;
    return model.decode(code);
  };
  const drawing = DRAWINGS[model.drawing](root, model, decoded);
  const show = () => {
    state.wanted = false;
    const output = decoded(state.u, state.v);
    drawing.show(output);
    const share = (value) => (value - low) / (high - low);
    cross.style.left = `${100 * share(state.u)}%`;
    cross.style.top = `${100 * (1 - share(state.v))}%`;
    root.querySelector(".where").textContent = [state.u, state.v]
      .map((value, axis) => `z${model.numbers[axis] + 1} = ${fixed(value, 2)}`)
      .join(", ");
    root.frames = (root.frames ?? 0) + 1;
    root.output = output; // what was decoded last, to be looked at from outside
  };
  const move = (u, v) => {
    state.u = Math.min(high, Math.max(low, u));
    state.v = Math.min(high, Math.max(low, v));
    if (!state.wanted) requestAnimationFrame(show);
    state.wanted = true;
  };
  root.move = move;

  map.onpointermove = (event) => {
    const box = map.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    move(low + x * (high - low), high - y * (high - low));
  };
  map.onpointerdown = (event) => {
    map.setPointerCapture(event.pointerId);
    map.onpointermove(event);
  };
  map.onkeydown = (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const size = ((high - low) / 100) * (event.shiftKey ? 5 : 1);
    move(state.u + size * step[0], state.v + size * step[1]);
  };
  // the visitor's images, whatever lies behind them
  const marks = model.own.map(([u, v], number) => {
    const mark = document.createElement("i");
    const share = (value) => Math.min(1, Math.max(0, (value - low) / (high - low)));
    mark.style.left = `${100 * share(u)}%`;
    mark.style.top = `${100 * (1 - share(v))}%`;
    mark.style.background = model.accent;
    mark.role = "img";
    mark.title = mark.ariaLabel = `Your image ${number + 1}`;
    return mark;
  });
  root.querySelector(".own").replaceChildren(...marks);
  const back = () => {
    const context = map.getContext("2d");
    context.clearRect(0, 0, MAP, MAP);
    if (root.querySelector("input:checked").value === "points") points(context, model);
    else drawing.behind(context, decoded);
  };
  for (const input of root.querySelectorAll("input, select")) input.onchange = back;
  back();
  show();
}

function points(context, model) {
  const [low, high] = model.range;
  context.globalAlpha = 0.85;
  for (const [u, v, colour] of model.points) {
    context.fillStyle = colour;
    context.beginPath();
    const [x, y] = [(u - low) / (high - low), 1 - (v - low) / (high - low)];
    context.arc(x * MAP, y * MAP, 2.4, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}
