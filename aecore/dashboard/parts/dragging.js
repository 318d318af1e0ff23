// A line of a Plotly chart that is dragged: its new place is sent once it is let go.

export default function ({ data, setTriggerValue }) {
  let plot, frame;
  const moved = (change) => {
    const places = [change["shapes[0].x0"], change["shapes[0].x1"]].map(Number);
    const place = places.filter(Number.isFinite).sort((a, b) => apart(b) - apart(a))[0];
    if (place !== undefined) setTriggerValue("place", place);
  };
  const apart = (place) => Math.abs(place - data.place); // of a line drawn askew: its moved end
  const find = () => {
    plot = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    if (plot?.on) plot.on("plotly_relayout", moved);
    else frame = requestAnimationFrame(find); // the chart is drawn after this
  };
  find();
  return () => {
    cancelAnimationFrame(frame);
    plot?.removeListener?.("plotly_relayout", moved);
  };
}
