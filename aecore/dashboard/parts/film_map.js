// The map of codes in the film of a training: a dot for each sample, the classes by their names.

const TALL = 16; // CSS pixels of a name

function scatter(canvas, points, film) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !points.length) return;
  const dense = devicePixelRatio || 1;
  canvas.width = width * dense;
  canvas.height = height * dense;
  const context = canvas.getContext("2d");
  context.scale(dense, dense);
  const scale = Math.min(width, height) / 4.6; // most lie within 2.3 mean distances
  const place = (i) => [width / 2 + points[2 * i] * scale, height / 2 - points[2 * i + 1] * scale];
  context.globalAlpha = 0.85;
  film.points.forEach((colour, i) => {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(...place(i), 2.6, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
  const style = getComputedStyle(canvas);
  context.font = `600 13px ${style.fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3.5;
  context.lineJoin = "round";
  context.strokeStyle = style.getPropertyValue("--st-background-color");
  context.fillStyle = style.color;
  const titles = film.names.flatMap((name, label) => {
    const its = film.labels.flatMap((each, i) => (each === label ? [place(i)] : []));
    if (!its.length) return [];
    const [x, y] = [0, 1].map((axis) => its.reduce((sum, at) => sum + at[axis], 0) / its.length);
    return [{ name, x, y, wide: context.measureText(name).width + 4 }];
  });
  separate(titles);
  for (const { name, x, y } of titles) {
    context.strokeText(name, x, y);
    context.fillText(name, x, y);
  }
}

/** Moves titles that overlap apart, in the direction in which less is to be moved. */
function separate(titles) {
  for (let round = 0; round < 20; round++) {
    titles.forEach((first, i) => titles.slice(i + 1).forEach((second) => {
      const [across, down] = [second.x - first.x, second.y - first.y];
      const wide = (first.wide + second.wide) / 2 - Math.abs(across), tall = TALL - Math.abs(down);
      if (wide <= 0 || tall <= 0) return;
      const upright = tall <= wide, axis = upright ? "y" : "x";
      const by = upright ? tall * (Math.sign(down) || 1) : wide * (Math.sign(across) || 1);
      first[axis] -= by / 2;
      second[axis] += by / 2;
    }));
  }
}
