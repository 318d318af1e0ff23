// The graphics card's part of the map: the program that draws the samples.

const SHAPES = 10; // that tell classes apart beside their colours, or without

const VERTEX = `#version 300 es
in vec2 place;
in vec4 colour; // the last is the shape
in float state;
uniform vec2 middle, scale;
uniform float size;
uniform ivec2 cells;
flat out vec3 tint;
flat out float alpha, chosen;
flat out int shape;
flat out ivec3 cell;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  chosen = mod(state, 2.0);
  alpha = state < 2.0 ? 1.0 : 0.12; // of what a filter leaves out
  gl_PointSize = size * (chosen > 0.5 ? 1.25 : 1.0);
  tint = colour.rgb;
  shape = int(255.0 * colour.a + 0.5);
  int within = gl_VertexID % (cells.x * cells.y);
  cell = ivec3(within % cells.x, within / cells.x, gl_VertexID / (cells.x * cells.y));
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2DArray;
uniform sampler2DArray pictures;
uniform float near, size;
uniform vec2 share; // of the square that the picture takes
uniform ivec2 extent; // values of a picture, across and down
uniform int drawn, loaded; // image, bars or curves; sheets that are there
uniform bool grey, framed, shapes;
uniform vec3 ink; // of texts, for the rim of what is selected
flat in vec3 tint;
flat in float alpha, chosen;
flat in int shape;
flat in ivec3 cell;
out vec4 colour;

const vec3 PAPER = vec3(0.98);
const vec3 CURVES[4] = vec3[](vec3(0.24, 0.49, 0.86), vec3(0.88, 0.48, 0.22),
                              vec3(0.16, 0.62, 0.56), vec3(0.82, 0.29, 0.36));

vec3 value(int x, int y) {
  return texelFetch(pictures, ivec3(cell.xy * extent + ivec2(x, y), cell.z), 0).rgb;
}

// A height from 0 at the bottom to 1 at the top; below zero where it is missing.
float height(int x, int y) {
  float stored = 255.0 * value(x, y).r;
  return stored < 0.5 ? -1.0 : 0.5 + (stored - 128.0) / 254.0;
}

vec3 bars(vec2 at, float pixel) {
  float across = at.x * float(extent.x);
  float top = height(min(int(across), extent.x - 1), 0);
  float y = 1.0 - at.y;
  bool gap = fract(across) > 0.8 && size > 24.0;
  if (top >= 0.0 && !gap && y > min(top, 0.5) && y < max(top, 0.5)) return top > 0.5 ? CURVES[0] : CURVES[3];
  return abs(y - 0.5) < pixel ? vec3(0.78) : PAPER;
}

vec3 curves(vec2 at, float pixel) {
  vec3 found = PAPER;
  float across = at.x * float(extent.x - 1);
  int from = min(int(across), extent.x - 2);
  for (int curve = extent.y - 1; curve >= 0; curve--) {
    float first = height(from, curve), second = height(from + 1, curve);
    if (first < 0.0 || second < 0.0) continue;
    float slope = (second - first) * float(extent.x - 1);
    float distance = abs(1.0 - at.y - mix(first, second, across - float(from))) / sqrt(1.0 + slope * slope);
    if (distance < max(0.02, pixel)) found = CURVES[curve];
  }
  return found;
}

vec3 picture(vec2 at) {
  float pixel = 1.0 / size;
  if (drawn == 1) return bars(at, pixel);
  if (drawn == 2) return curves(at, pixel);
  ivec2 spot = min(ivec2(at * vec2(extent)), extent - 1);
  vec3 read = value(spot.x, spot.y);
  return grey ? read.rrr : read;
}

// How far a spot lies outside of a shape; the square of the dot runs from -1 to 1.
float outside(vec2 p) {
  vec2 a = abs(p);
  if (!shapes || shape == 0) return length(p) - 0.9;
  if (shape == 1) return max(a.x, a.y) - 0.75;
  if (shape == 2 || shape == 3) {
    float y = shape == 2 ? p.y : -p.y;
    return max((a.x - 0.53 * (y + 0.9)) * 0.88, y - 0.75);
  }
  if (shape == 4) return (a.x + a.y - 0.95) * 0.7;
  if (shape == 5) return max(min(a.x, a.y) - 0.3, max(a.x, a.y) - 0.9);
  if (shape == 6) {
    vec2 turned = abs(vec2(p.x + p.y, p.x - p.y)) * 0.7;
    return max(min(turned.x, turned.y) - 0.27, max(turned.x, turned.y) - 0.95);
  }
  if (shape == 7) return abs(length(p) - 0.65) - 0.25;
  return shape == 8 ? max(a.x - 0.9, a.y - 0.35) : max(a.x - 0.35, a.y - 0.9);
}

bool beyond(vec2 at) {
  return any(lessThan(at, vec2(0.0))) || any(greaterThan(at, vec2(1.0)));
}

void main() {
  vec2 at = gl_PointCoord;
  float edge = 1.6 / size, away = outside(2.0 * at - 1.0);
  float inside = 1.0 - smoothstep(-edge, edge, away);
  bool edged = chosen > 0.5 && away > -2.0 * edge;
  colour = vec4(edged ? mix(tint, ink, 0.7) : tint, 0.85 * inside);
  if (near > 0.0 && cell.z < loaded) {
    vec2 within = (at - 0.5) / share + 0.5;
    vec2 frame = framed ? (chosen > 0.5 ? 4.0 : 2.0) / (size * share) : vec2(0.0);
    vec2 inner = (within - frame) / (1.0 - 2.0 * frame);
    vec3 seen = beyond(inner) ? tint : picture(inner);
    colour = mix(colour, beyond(within) ? vec4(tint, 0.0) : vec4(seen, 1.0), near);
  }
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
  const found = {};
  for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); i++) {
    const { name } = gl.getActiveUniform(program, i);
    found[name] = gl.getUniformLocation(program, name);
  }
  return { program, uniforms: found };
}

const SENT = { place: [2, "FLOAT"], colour: [4, "UNSIGNED_BYTE"], state: [1, "UNSIGNED_BYTE"] };

// One number or more of each sample; only what changed is sent again.
function send(map, name, numbers) {
  const { gl } = map;
  const [size, type] = SENT[name];
  const location = gl.getAttribLocation(map.program, name);
  map.buffers[name] ??= gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, map.buffers[name]);
  gl.bufferData(gl.ARRAY_BUFFER, numbers, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, gl[type], name === "colour", 0, 0);
  map.sent[name] = (map.sent[name] ?? 0) + 1; // for whoever looks on
}
