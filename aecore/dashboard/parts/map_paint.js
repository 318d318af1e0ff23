// The map on the graphics card: dots and, from near, the pictures on the sheets of one texture.

const NEAR = [14, 30]; // pixels of a sample: from here on its picture shows through, and is all
const LARGEST = 96; // pixels of a picture
const DIM = 0.12; // opacity of what a filter leaves out
const SHEET = 1024; // pixels of a sheet of pictures, each way

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
