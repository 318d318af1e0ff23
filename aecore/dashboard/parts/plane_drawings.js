
// How a decoded sample is drawn beside the latent plane, and many of them behind it.

const IMAGES = 16; // decoded images behind the plane, each way
const WINDOWS = 9; // decoded windows
const SQUARES = 44; // squares in the colour of a column
const FAR = 3; // standard deviations at the end of a bar
const [LOWER, MIDDLE, UPPER] = [[59, 130, 246], [16, 20, 28], [245, 158, 11]];
const COLOURS = ["#4e9af1", "#f28e2b", "#59c27a", "#e15759"]; // of channels and categories

// Each gives show(output) for one sample, and behind(context) for the plane.
const DRAWINGS = { image, bars, curves };

// The codes of a grid over the plane: each square's number, left, top and side in pixels.
function squares(model, count, visit) {
  const [low, high] = model.range;
  const side = MAP / count;
  const place = (index) => low + ((index + 0.5) / count) * (high - low);
  for (let row = 0; row < count; row++)
    for (let column = 0; column < count; column++)
      visit(place(column), place(count - 1 - row), column * side, row * side, side);
}

function image(root, model, decoded) {
  const picture = root.querySelector(".picture canvas");
  const [height, width, channels] = model.shape;
  [picture.width, picture.height] = [width, height];
  const context = picture.getContext("2d");
  const pixels = context.createImageData(width, height);
  const show = (output) => {
    fill(pixels.data, output, channels);
    context.putImageData(pixels, 0, 0);
  };
  const behind = (map) => {
    const small = new OffscreenCanvas(width, height);
    const tile = new ImageData(width, height);
    squares(model, IMAGES, (u, v, left, top, side) => {
      const scale = side / Math.max(width, height);
      const [across, down] = [width * scale, height * scale];
      fill(tile.data, decoded(u, v), channels);
      small.getContext("2d").putImageData(tile, 0, 0);
      map.drawImage(small, left + (side - across) / 2, top + (side - down) / 2, across, down);
    });
  };
  return { show, behind };
}

function fill(target, output, channels) {
  for (let i = 0; i < target.length / 4; i++) {
    for (let c = 0; c < 3; c++)
      target[4 * i + c] = 255 * Math.min(1, Math.max(0, output[channels === 1 ? i : 3 * i + c]));
    target[4 * i + 3] = 255;
  }
}

// A row: a bar and the value of each column.
function bars(root, model, decoded) {
  const lines = model.columns.map((column) => {
    const line = element("div", "line");
    const [name, track, bar, value] = ["name", "track", "length", "value"].map((each) =>
      element("span", each),
    );
    name.textContent = name.title = column.name;
    track.classList.toggle("centred", column.width === 1);
    track.append(bar);
    line.append(name, track, value);
    return { column, bar, value, line };
  });
  root.querySelector(".values").replaceChildren(...lines.map(({ line }) => line));
  const show = (output) => {
    for (const { column, bar, value } of lines) {
      const part = output.subarray(column.at, column.at + column.width);
      if (column.width === 1) {
        const share = Math.max(-1, Math.min(1, part[0] / FAR));
        bar.style.left = `${50 + 50 * Math.min(0, share)}%`;
        bar.style.width = `${50 * Math.abs(share)}%`;
      } else {
        bar.style.width = `${100 * Math.max(...part)}%`;
      }
      value.textContent = told(column, part);
    }
  };
  const choice = root.querySelector("select");
  choice.hidden = false;
  choice.replaceChildren(...model.columns.map(({ name }, at) => new Option(name, at)));
  const behind = (map) => {
    const { at, width } = model.columns[choice.value];
    squares(model, SQUARES, (u, v, left, top, side) => {
      map.fillStyle = shade(decoded(u, v).subarray(at, at + width));
      map.fillRect(left, top, side + 1, side + 1);
    });
  };
  return { show, behind };
}

// The colour of a column's values: from low to high, or of the likeliest category.
function shade(part) {
  if (part.length > 1) {
    const best = largest(part);
    const share = Math.round(100 * part[best]);
    return `color-mix(in srgb, ${COLOURS[best % COLOURS.length]} ${share}%, rgb(${MIDDLE}))`;
  }
  const share = Math.max(-1, Math.min(1, part[0] / 2));
  const end = share < 0 ? LOWER : UPPER;
  return `rgb(${MIDDLE.map((from, i) => Math.round(from + Math.abs(share) * (end[i] - from)))})`;
}

// A window: a curve of each channel, on one scale for the whole plane.
function curves(root, model, decoded) {
  const [steps, count] = model.shape;
  const [wide, high] = [300, 110];
  const ends = model.channels.map(() => [Infinity, -Infinity]);
  const parts = model.channels.map((channel, number) => {
    const figure = element("figure", "curve");
    const title = element("figcaption");
    const [name, range] = [element("b"), element("span")];
    name.textContent = channel.name;
    title.append(name, range);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `Decoded window, ${channel.name}`);
    const line = svg.appendChild(document.createElementNS(svg.namespaceURI, "polyline"));
    line.style.stroke = COLOURS[number % COLOURS.length];
    figure.append(title, svg);
    return { figure, range, line };
  });
  root.querySelector(".values").replaceChildren(...parts.map(({ figure }) => figure));
  squares(model, WINDOWS, (u, v) => {
    const output = decoded(u, v);
    model.channels.forEach(({ at }, number) => {
      for (let step = 0; step < steps; step++) {
        const value = output[step * count + at];
        ends[number][0] = Math.min(ends[number][0], value);
        ends[number][1] = Math.max(ends[number][1], value);
      }
    });
  });
  parts.forEach(({ range }, number) => {
    const { mean, scale } = model.channels[number];
    const [low, top] = ends[number].map((end) => Number((mean + scale * end).toPrecision(3)));
    range.textContent = `${low} to ${top}`.replaceAll("-", "\u2212");
  });
  const path = (output, number, width, height) => {
    const [low, top] = ends[number];
    return Array.from({ length: steps }, (_, step) => [
      (step / Math.max(1, steps - 1)) * width,
      height * (1 - (output[step * count + model.channels[number].at] - low) / (top - low || 1)),
    ]);
  };
  const show = (output) =>
    parts.forEach(({ line }, number) => {
      const points = path(output, number, wide - 4, high - 8);
      line.setAttribute("points", points.map(([x, y]) => `${x + 2},${y + 4}`).join(" "));
    });
  const behind = (map) => {
    map.lineWidth = 1.2;
    squares(model, WINDOWS, (u, v, left, top, side) => {
      const output = decoded(u, v);
      model.channels.forEach((_, number) => {
        map.strokeStyle = COLOURS[number % COLOURS.length];
        map.beginPath();
        for (const [x, y] of path(output, number, 0.84 * side, 0.7 * side))
          map.lineTo(left + 0.08 * side + x, top + 0.15 * side + y);
        map.stroke();
      });
    });
  };
  return { show, behind };
}
