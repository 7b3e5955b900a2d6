/** The Python of the notebook. Its own lines hold nothing from a run. `test/interop/notebook.py` runs them. */

export const READ = String.raw`
import json, zipfile

def number(value):
    """Run files write "NaN", "Infinity", "-Infinity" and "-0" as words, since JSON has no sign for them."""
    return float(value) if isinstance(value, str) else value

def read_run(path):
    """A .nudge file is a zip: manifest.json says what it is, <stage>/metrics.jsonl has a line a step."""
    with zipfile.ZipFile(path) as file:
        manifest = json.loads(file.read("manifest.json"))
        major = manifest["version"]["major"]
        if major != 1:
            raise ValueError(f"{path}: written in format {major}, this notebook reads format 1")
        stages = {}
        for stage in manifest["stages"]:
            lines = file.read(stage["id"] + "/metrics.jsonl").decode("utf-8").split("\n")
            stages[stage["id"]] = [{name: number(value) for name, value in json.loads(line).items()} for line in lines if line]
    return {"path": path, "name": manifest["run"]["name"], "seed": manifest["seed"], "manifest": manifest, "stages": stages}

RUNS = [read_run(path) for path in FILES]

def series(run, stage, metric):
    """Steps and values at which a metric was measured."""
    rows = [row for row in run["stages"].get(stage, []) if metric in row]
    return [row["step"] for row in rows], [row[metric] for row in rows]

STAGES = list(dict.fromkeys(stage for run in RUNS for stage in run["stages"]))

def metrics_of(stage):
    return list(dict.fromkeys(name for run in RUNS for row in run["stages"].get(stage, []) for name in row if name != "step"))

for run in RUNS:
    print(run["name"], "| seed", run["seed"], "|", ", ".join(f"{stage}: {len(rows)} steps" for stage, rows in run["stages"].items()))
`;

export const TABLE = String.raw`
for stage in STAGES:
    print(stage)
    for metric in metrics_of(stage):
        last = [values[-1] if values else None for _, values in (series(run, stage, metric) for run in RUNS)]
        print(f"  {metric:<36}", "  ".join("-".rjust(12) if value is None else f"{value:>12.5g}" for value in last))
`;

export const DRAW = String.raw`
import html, math

try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None

COLOURS = ["#0068a6", "#c04a00", "#007a5c", "#9f4a84", "#8a6200", "#5a5f6b"]

class Drawing:
    """Notebooks show an object that has an SVG."""
    def __init__(self, svg):
        self.svg = svg
    def _repr_svg_(self):
        return self.svg

def svg_of(title, lines, width=640, height=260):
    """Lines of (name, steps, values) without any library. What is no finite number is left out."""
    lines = [(name, [(x, y) for x, y in zip(xs, ys) if math.isfinite(y)]) for name, xs, ys in lines]
    points = [point for _, line in lines for point in line]
    if not points:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="30"><text x="8" y="20">{html.escape(title)}: nothing measured</text></svg>'
    x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
    y0, y1 = min(y for _, y in points), max(y for _, y in points)
    left, right, top, bottom = 70, width - 10, 30, height - 30
    at_x = lambda x: left + (x - x0) / ((x1 - x0) or 1) * (right - left)
    at_y = lambda y: bottom - (y - y0) / ((y1 - y0) or 1) * (bottom - top)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + 18 * len(lines)}" font-family="sans-serif" font-size="12">',
             '<rect width="100%" height="100%" fill="#fff"/>', f'<text x="{left}" y="18" font-weight="bold">{html.escape(title)}</text>',
             f'<path d="M{left} {top}V{bottom}H{right}" stroke="#888" fill="none"/>']
    for value in (y0, y1):
        parts.append(f'<text x="{left - 6}" y="{at_y(value) + 4:.1f}" text-anchor="end">{value:.4g}</text>')
    for step, anchor in ((x0, "start"), (x1, "end")):
        parts.append(f'<text x="{at_x(step):.1f}" y="{bottom + 16}" text-anchor="{anchor}">{step}</text>')
    for i, (name, line) in enumerate(lines):
        colour = COLOURS[i % len(COLOURS)]
        parts.append(f'<polyline points="{" ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in line)}" stroke="{colour}" fill="none" stroke-width="1.5"/>')
        if len(line) < 60:
            parts += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="2" fill="{colour}"/>' for x, y in line]
        parts.append(f'<text x="{left}" y="{height + 18 * i}" fill="{colour}">{html.escape(name)}</text>')
    return "".join(parts) + "</svg>"

def draw(stage, metrics=None):
    """One chart a metric, a line a run."""
    for metric in metrics or metrics_of(stage):
        lines = [(run["name"], *series(run, stage, metric)) for run in RUNS]
        if plt:
            _, axes = plt.subplots(figsize=(7, 2.6))
            for i, (name, steps, values) in enumerate(lines):
                axes.plot(steps, values, color=COLOURS[i % len(COLOURS)], label=name, marker="." if len(steps) < 60 else None)
            axes.set_title(f"{metric} ({stage})", parse_math=False)
            axes.set_xlabel("step")
            for text in axes.legend().get_texts():
                text.set_parse_math(False)
            plt.show()
        else:
            drawing = Drawing(svg_of(f"{metric} ({stage})", lines))
            try:
                display(drawing)
            except NameError:  # not in a notebook
                print(drawing.svg)

if STAGES:
    draw(STAGES[-1])
`;

export const WEIGHTS = String.raw`
import struct

def newest_weights(run):
    """Name of the newest checkpoint's file of each stage."""
    return {stage["id"]: f"{stage['id']}/checkpoints/{max(stage['checkpoints'])}/weights.safetensors" for stage in run["manifest"]["stages"] if stage["checkpoints"]}

def shapes_of(data):
    """Names and shapes of the tensors: eight bytes say how long the JSON before the numbers is."""
    (length,) = struct.unpack("<Q", data[:8])
    return {name: tensor["shape"] for name, tensor in json.loads(data[8:8 + length]).items() if name != "__metadata__"}

for run in RUNS:
    with zipfile.ZipFile(run["path"]) as file:
        for stage, entry in newest_weights(run).items():
            data = file.read(entry)
            shapes = shapes_of(data)
            weights = {name: shape for name, shape in shapes.items() if "." not in name.split("/")[0]}
            print(f"{run['name']} | {stage}: {len(weights)} tensors, {sum(math.prod(shape) for shape in weights.values()):,} parameters")

try:
    from safetensors.numpy import load
    # arrays = load(data)  # of the last file read above
except ImportError:
    pass
`;
