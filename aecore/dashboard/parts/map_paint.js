// How the map is painted: size, nearness, the dots and what lies over them.

const NEAR = [14, 30]; // pixels of a sample: from here on its picture shows through, and is all
const LARGEST = 96; // pixels of a picture
const SHAPED = 8; // pixels of a dot whose shape is seen

function paint(map) {
  map.wanted = false;
  const { gl, canvas, over } = map;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!map.ready || !width || !height) return;
  const { uniforms: to } = map;
  const size = sizeOf(map);
  const near = Math.min(1, Math.max(0, (size - NEAR[0]) / (NEAR[1] - NEAR[0])));
  const coarse = pace(map); // fewer dots; pictures of half the resolution, then fewer, too
  const fine = near && coarse > 1 ? ratio / 2 : ratio;
  for (const [each, scale] of [[canvas, fine], [over, ratio]])
    if (each.width !== Math.round(width * scale) || each.height !== Math.round(height * scale)) {
      each.width = Math.round(width * scale);
      each.height = Math.round(height * scale);
    }
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  setPictures(map);
  gl.uniform2f(to.middle, ...map.middle);
  gl.uniform2f(to.scale, (2 * unit(map)) / width, (2 * unit(map)) / height);
  gl.uniform1f(to.size, (near ? size : Math.min(size, 10)) * fine);
  gl.uniform1f(to.near, near);
  gl.uniform1i(to.framed, 1);
  const ink = getComputedStyle(map.root).color.match(/\d+/g).slice(0, 3);
  gl.uniform3f(to.ink, ...ink.map((part) => part / 255));
  gl.uniform1i(to.shapes, map.shaped ? 1 : 0);
  drawSamples(map, inWindow(map, near ? Math.ceil(coarse / 2) : coarse, size));
  map.near = near;
  map.frames = (map.frames ?? 0) + 1;
  map.root.dataset.count = map.count; // for whoever looks on, as what it shows
  const shows = map.loaded ? near : 0;
  map.root.dataset.shows = shows === 1 ? "pictures" : shows ? "both" : "dots";
  above(map, ratio);
  histogram(map);
}
