// Colours of the samples, what a filter leaves out, and the legend that says so.

const PLAIN = [125, 133, 151];
const STEPS = 256; // colours along the scale

function paintColours(map) {
  const { count, labels } = map;
  const values = map.colourings[map.words.colour];
  if (map.coloured === (values ?? labels)) return;
  map.coloured = values ?? labels;
  const classes = map.about.colours.map(rgb);
  map.range = values && range(values, map.words.zero);
  const scale = values && along(map.about.scale);
  const [low, high] = map.range ?? [];
  const colours = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    const [label, value] = [labels[i], values?.[i]];
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    const colour = !values
      ? classes[label % classes.length]
      : Number.isNaN(value) ? PLAIN : scale[Math.round(share * (STEPS - 1))];
    for (let part = 0; part < 3; part++) colours[4 * i + part] = colour[part];
    colours[4 * i + 3] = shapeOf(label);
  }
  send(map, "colour", colours);
  map.colourOf = (i) => colours.subarray(4 * i, 4 * i + 3);
  filter(map);
}

// The classes whose colour is the same differ in their shape.
const shapeOf = (label) => (label + Math.floor(label / SHAPES)) % SHAPES;
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const css = (colour) => `rgb(${[...colour].join()})`;

// From the 2nd to the 98th percentile, so that a few far ones do not leave all others alike.
function range(values, zero) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (!sorted.length) return [0, 1];
  const low = zero ? 0 : sorted[Math.floor(0.02 * (sorted.length - 1))];
  const high = sorted[Math.ceil(0.98 * (sorted.length - 1))];
  return [low, high > low ? high : low + 1];
}

function along(stops) {
  return Array.from({ length: STEPS }, (_, step) => {
    const share = step / (STEPS - 1);
    const next = Math.max(1, stops.findIndex(([at]) => at >= share));
    const [[lower, from], [upper, to]] = [stops[next - 1], stops[next]];
    const part = (share - lower) / (upper - lower);
    const [first, second] = [rgb(from), rgb(to)];
    return first.map((start, i) => Math.round(start + part * (second[i] - start)));
  });
}

// What is selected (1) and what a filter leaves out (2), for the graphics card.
function filter(map) {
  for (let i = 0; i < map.count; i++)
    map.state[i] = (map.selected.has(i) ? 1 : 0) + (map.off.has(map.labels[i]) ? 2 : 0);
  send(map, "state", map.state);
  const how = map.root.querySelector(".how");
  how.hidden = !map.selected.size;
  if (how.hidden) how.value = "new";
  map.small = map.counts = null;
}

// Shapes tell classes apart where colours do not.
function shapes(map) {
  const box = map.root.querySelector(".shaped input");
  box.onchange = () => {
    map.shapes = box.checked;
    if (!map.ready) return;
    legend(map);
    map.draw();
  };
}

function legend(map) {
  const place = map.root.querySelector(".legend");
  const several = !map.range && new Set(map.labels).size > 1;
  map.root.querySelector(".shaped").hidden = !several;
  map.shaped = several && map.shapes;
  const yours = map.words.own.length ? [Object.assign(document.createElement("span"), {
    className: "yours", textContent: "◆ yours", style: `color: ${map.words.accent}`,
  })] : [];
  if (map.range) {
    const [low, high] = map.range.map((value) => significant(value));
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
      if (map.shaped) mark.dataset.shape = shapeOf(label);
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
    light(map, [number]);
  }
  filter(map);
  legend(map);
  map.draw();
}
