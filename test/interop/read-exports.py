"""Opens what Nudge exports with the programs it is meant for. Run by hand, since CI has no Python:

    npm run recipe -- names-dpo --set pretrain.steps=40 --set sft.steps=20 --set dpo.steps=20 --out /tmp/x/run.nudge \\
        --export jsonl=/tmp/x/metrics.jsonl --export csv=/tmp/x/metrics.csv --export tensorboard=/tmp/x/events.zip --export notebook=/tmp/x/notebook.ipynb
    python3 -m venv /tmp/venv-tb && /tmp/venv-tb/bin/pip install tensorboard
    /tmp/venv-tb/bin/python test/interop/read-exports.py /tmp/x

Every number of the JSON Lines must come back from TensorBoard's own reader (as a 32-bit float), from the CSV, and from the run file as the notebook reads it.
"""
import csv, json, os, pathlib, struct, sys, tempfile, zipfile

ABOUT = ("run", "id", "seed", "stage", "step")


def same(a, b):
    return a == b or (a != a and b != b)


def float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def measured(folder):
    """(stage, metric, step) -> value."""
    found = {}
    with open(folder / "metrics.jsonl", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for name, value in row.items():
                if name not in ABOUT:
                    found[row["stage"], name, row["step"]] = float(value)
    return found


def from_csv(folder):
    found = {}
    with open(folder / "metrics.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name, cell in row.items():
                if name not in ABOUT and cell != "":
                    found[row["stage"], name, int(row["step"])] = float(cell)
    return found


def from_tensorboard(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    found = {}
    with tempfile.TemporaryDirectory() as place:
        with zipfile.ZipFile(folder / "events.zip") as file:
            file.extractall(place)
        for path, _, files in os.walk(place):
            if not files:
                continue
            events = EventAccumulator(path, size_guidance={"scalars": 0}).Reload()
            for name in events.Tags()["scalars"]:
                for scalar in events.Scalars(name):
                    found[pathlib.Path(path).name, name, scalar.step] = scalar.value
    return found


def from_notebook(folder):
    """Runs its cells one after the other, with the run file under whatever name it has here."""
    book = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    names = {}
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        exec(compile(source, cell["id"], "exec"), names)
        if cell["id"] == "files":
            names["FILES"] = [str(folder / "run.nudge")]
    return {(stage, name, row["step"]): value for stage, rows in names["RUNS"][0]["stages"].items() for row in rows for name, value in row.items() if name != "step"}


def main():
    folder = pathlib.Path(sys.argv[1])
    wanted = measured(folder)
    for name, read, as_stored in (("CSV", from_csv, float), ("TensorBoard", from_tensorboard, float32), ("notebook", from_notebook, float)):
        found = read(folder)
        wrong = [key for key in wanted.keys() | found.keys() if key not in found or key not in wanted or not same(found[key], as_stored(wanted[key]))]
        print(f"{name}: {len(found)} values, {len(wrong)} differ {wrong[:3] if wrong else ''}", file=sys.stderr)
        if wrong or not found:
            sys.exit(1)


main()
