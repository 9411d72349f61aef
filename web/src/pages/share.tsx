import { useEffect, useState } from "preact/hooks";
import type { Brief, Num } from "../answer";
import { of, post, send, type CaseRow, type Job } from "../api";
import { remember, route, to } from "../route";
import { bytes, compare, mark, opens, type Compared } from "../share";
import { bareChange, level, styleOf } from "../style-of";
import { savePNG } from "../ui/drawn";
import { toClipboard, whole, type SavedView } from "../ui/link";
import { useLoad } from "../ui/load";
import { busy, Progress } from "../ui/progress";
import type { RunInfo } from "../ui/run";
import { Table } from "../ui/table";
import { Trouble } from "../ui/trouble";
import "./share.css";

/** Links, files for download, and runs that can be opened again. */
export function SharePage({ name }: { name: string }) {
  const cases = useLoad<CaseRow[]>("cases");
  const row = cases.data?.find((c) => c.name === name);
  if (cases.error) return <Trouble error={cases.error} again={cases.again} />;
  if (!cases.data) return <p class="waiting">Reading the case…</p>;
  if (!row) return <Trouble error={`There is no case ${name} here.`} />;
  return (
    <section class="page">
      <h1>Share</h1>
      <Views name={name} />
      <Downloads row={row} />
      <Runs row={row} />
    </section>
  );
}

const date = (text: string): string => new Date(text).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

function Views({ name }: { name: string }) {
  const views = useLoad<SavedView[]>(of(name, "views"));
  const [copied, tell] = useState("");
  return (
    <section>
      <h2>Links</h2>
      <p>
        The address of a page holds all that the page shows. “Copy link”, at the top of every page, copies it; a long one is given a short name. Who opens it later is told when the case has changed since.
      </p>
      {views.error != null && <Trouble error={views.error} again={views.again} />}
      {views.data?.length === 0 && <p class="note">No view of this case has a short name yet.</p>}
      {(views.data?.length ?? 0) > 0 && (
        <ul class="listed">
          {views.data!.map((v) => (
            <li key={v.id}>
              <a href={opens(v.address)}>{v.about || v.address}</a> <small>{[shows(v.address), date(v.made)].filter(Boolean).join(" · ")}</small>{" "}
              <button
                type="button"
                onClick={() => {
                  const text = whole(`#/~${v.id}`);
                  void toClipboard(text).then((ok) => tell(ok ? `Copied: ${text}` : text));
                }}
              >
                Copy its short link<span class="unseen">: {v.about || v.address}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="note" role="status">
        {copied}
      </p>
    </section>
  );
}

/** What an address holds beside the page, cut short. */
export function shows(fragment: string): string {
  const q = new URLSearchParams(fragment.split("?", 2)[1] ?? "");
  q.delete("at");
  const text = [...q.values()].join(", ");
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}

interface Export {
  id: string;
  kind: string;
  case_hash: string;
  worlds: string[];
  made: string;
  files: { name: string; size: number }[];
}

const kinds: { id: string; name: string; about: string; unsolved?: boolean }[] = [
  { id: "report", name: "Report", about: "one HTML file that needs nothing else; without the words of attached texts" },
  { id: "figures", name: "Figures", about: "the maps of the report, SVG and PNG" },
  { id: "csv", name: "Tables, CSV", about: "flows and every world with its outcomes and weights, with a data package" },
  { id: "parquet", name: "Tables, Parquet", about: "the same for larger tools" },
  { id: "answer", name: "Answer, JSON", about: "all numbers of the answer" },
  { id: "flows", name: "Flows, GeoJSON", about: "the network with the flows of base year and baseline", unsolved: true },
  { id: "network", name: "Network, GMNS", about: "nodes, links, zones and demand for other models", unsolved: true },
];

/** Files for download: made by the server, which takes some seconds to some minutes. */
function Downloads({ row }: { row: CaseRow }) {
  const made = useLoad<Export[]>(of(row.name, "exports"));
  const [all, keep] = useState<Export[]>([]);
  useEffect(() => {
    if (made.data) keep(made.data);
  }, [made.data]);
  const [jobs, set] = useState<Record<string, Job>>({}); // by kind
  const [error, fail] = useState<unknown>(null);
  const make = (kind: string) => {
    fail(null);
    post<Job>(of(row.name, "exports"), { kind }).then((j) => set((had) => ({ ...had, [kind]: j })), fail);
  };
  return (
    <section>
      <h2>Files</h2>
      <p>What is made stays for some days; the oldest files go when there are many. All can be made again.</p>
      {row.errors > 0 ? <p>The files of this case have errors; nothing can be made of it until they are mended.</p> : !row.answered && <p>This case has not been solved as it stands. <a href={to(row.name)}>Solve it</a> to get more than its network.</p>}
      <ul class="kinds">
        {kinds.map((k) => {
          const here = all.find((e) => e.kind === k.id && e.case_hash === row.hash && e.worlds.length === 0);
          const job = jobs[k.id];
          return (
            <li key={k.id}>
              <p>
                <b>{k.name}</b>: {k.about}
              </p>
              {here ? (
                <Files name={row.name} e={here} again={made.again} />
              ) : busy(job) ? (
                <div class="row">
                  <Progress
                    job={job}
                    names={reading}
                    told={(j) => {
                      set((had) => ({ ...had, [k.id]: j }));
                      if (j.state === "done") made.again();
                    }}
                    lost={() => set((had) => ({ ...had, [k.id]: { ...job, state: "failed", problem: gone } }))}
                  />
                </div>
              ) : (
                <button type="button" disabled={row.errors > 0 || (!row.answered && !k.unsolved)} onClick={() => make(k.id)}>
                  Make<span class="unseen"> {k.name}</span>
                </button>
              )}
              {job?.state === "failed" && <Trouble error={job.problem} />}
              {job?.state === "cancelled" && <p class="note">Stopped.</p>}
            </li>
          );
        })}
      </ul>
      {error !== null && <Trouble error={error} />}
      {made.error != null && <Trouble error={made.error} again={made.again} />}
      <Older name={row.name} hash={row.hash} all={all} again={made.again} />
    </section>
  );
}

/** Files that were made of the case as it was before. */
function Older({ name, hash, all, again }: { name: string; hash: string; all: Export[]; again: () => void }) {
  const old = all.filter((e) => e.case_hash !== hash);
  if (old.length === 0) return null;
  return (
    <details>
      <summary>Files of earlier states of the case ({old.length})</summary>
      <ul class="kinds">
        {old.map((e) => (
          <li key={e.id}>
            <p>
              <b>{kinds.find((k) => k.id === e.kind)?.name ?? e.kind}</b>, of the case as it was ({mark(e.case_hash)})
            </p>
            <Files name={name} e={e} again={again} />
          </li>
        ))}
      </ul>
    </details>
  );
}

const address = (name: string, e: Export, file: string): string => `api/v1/${of(name, "exports", e.id, "file")}${file ? `?name=${encodeURIComponent(file)}` : ""}`;

function Files({ name, e, again }: { name: string; e: Export; again: () => void }) {
  const [error, fail] = useState<unknown>(null);
  const sum = e.files.reduce((n, f) => n + f.size, 0);
  return (
    <>
      <ul class="files">
        {e.files.map((f) => (
          <li key={f.name}>
            <a href={address(name, e, f.name)} download>
              {f.name}
            </a>{" "}
            <small>{bytes(f.size)}</small>
            {f.name.endsWith(".svg") && (
              <>
                {" "}
                <button type="button" onClick={() => void savePNG(address(name, e, f.name), `${name}-${f.name.replace(/svg$/, "png")}`).catch(fail)}>
                  PNG<span class="unseen"> of {f.name}</span>
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <p class="note">
        {e.files.length > 1 && (
          <>
            <a href={address(name, e, "")} download>
              All, packed
            </a>{" "}
            (zip, of {bytes(sum)}) ·{" "}
          </>
        )}
        made {date(e.made)} ·{" "}
        <button type="button" onClick={() => void send("DELETE", of(name, "exports", e.id)).then(again, fail)}>
          Remove<span class="unseen"> the files of {e.kind}</span>
        </button>
      </p>
      {error !== null && <Trouble error={error} />}
    </>
  );
}

const reading: Record<string, string> = { worlds: "Reading the table of worlds", "power and gas": "Reading the table of power and gas", report: "Drawing" };
const gone = "The server was started anew meanwhile: ask again.";

/** The runs of the case: opened again, and two of them side by side. */
function Runs({ row }: { row: CaseRow }) {
  const runs = useLoad<RunInfo[]>("runs");
  const q = route.value.query;
  const [a, b] = [q.get("a") ?? "", q.get("b") ?? ""];
  const [everything, show] = useState(false);
  const [keeping, hold] = useState<Job | null>(null);
  const [error, fail] = useState<unknown>(null);
  const keep = () => {
    fail(null);
    post<Job>(of(row.name, "answer")).then(hold, fail);
  };
  if (runs.error) return <Trouble error={runs.error} again={runs.again} />;
  const all = runs.data ?? [];
  const mine = everything ? all : all.filter((r) => r.case === row.name);
  return (
    <section>
      <h2>Runs</h2>
      <p>
        A run is an answer as it was worked out here. Its name is a hash of the case’s files, the options and the program: the same name means the same numbers. All are made with the usual options of astara answer.
      </p>
      {!runs.data && <p class="waiting">Reading the runs…</p>}
      {all.some((r) => r.case !== row.name) && (
        <label class="check">
          <input type="checkbox" checked={everything} onChange={(e) => show(e.currentTarget.checked)} /> runs of other cases, too
        </label>
      )}
      {runs.data && mine.length === 0 && <p class="note">No run of this case is kept yet.</p>}
      {runs.data && row.answered && !all.some((r) => r.case === row.name && r.case_hash === row.hash) && (
        <div class="row">
          <span class="note">The answer to the case as it stands was worked out on the command line, or on another server, and is not among the runs.</span>
          {keeping ? (
            <Progress
              job={keeping}
              told={(j) => {
                hold(busy(j) ? j : null);
                if (j.state === "done") runs.again();
                else if (j.state === "failed") fail(j.problem);
              }}
              lost={() => {
                hold(null);
                fail(gone);
              }}
            />
          ) : (
            <button type="button" onClick={keep}>
              Keep it as a run
            </button>
          )}
          {error !== null && <Trouble error={error} />}
        </div>
      )}
      {mine.length > 0 && (
        <Table
          caption="Runs, the newest first"
          hide
          columns={[{ head: "Run" }, { head: "Finished" }, ...(everything ? [{ head: "Case" }] : []), { head: "State of the case" }, { head: "Program" }, { head: "Compare" }]}
          rows={mine.map((r) => ({
            key: r.hash,
            cells: [
              <a href={to(r.case, "", [], { run: r.hash })}>{mark(r.hash)}</a>,
              date(r.finished),
              ...(everything ? [r.case] : []),
              `${mark(r.case_hash)}${r.case === row.name ? (r.case_hash === row.hash ? ", as it stands" : ", changed since") : ""}`,
              r.program,
              <span class="pair">
                {(["a", "b"] as const).map((k) => (
                  <label key={k}>
                    <input type="radio" name={`compare-${k}`} checked={(k === "a" ? a : b) === r.hash} onChange={() => remember({ [k]: r.hash })} />
                    {k === "a" ? "first" : "second"}
                    <span class="unseen"> of the comparison: {mark(r.hash)}</span>
                  </label>
                ))}
              </span>,
            ],
          }))}
        />
      )}
      {a && b && a !== b && <Both a={a} b={b} />}
      {a && a === b && <p class="note">Choose two runs to compare them.</p>}
    </section>
  );
}

function Both({ a, b }: { a: string; b: string }) {
  const one = useLoad<Brief>(`runs/${encodeURIComponent(a)}/brief`);
  const two = useLoad<Brief>(`runs/${encodeURIComponent(b)}/brief`);
  const [still, show] = useState(false);
  for (const x of [one, two]) if (x.error) return <Trouble error={x.error} again={x.again} />;
  if (!one.data || !two.data) return <p class="waiting">Reading both runs…</p>;
  const c = compare(one.data, two.data);
  const material = c.rows.filter((r) => r.material);
  const groups = [...new Set((still ? c.rows : material).map((r) => r.what))];
  return (
    <>
      <h3>
        {mark(a)} and {mark(b)}
      </h3>
      <p>
        {material.length === 0 ? "No number changes by its materiality." : `${material.length} of ${c.rows.length} numbers change by their materiality or more.`} Effects are those under the view that stands first in each run.
      </p>
      {material.length < c.rows.length && (
        <label class="check">
          <input type="checkbox" checked={still} onChange={(e) => show(e.currentTarget.checked)} /> numbers that do not change, too
        </label>
      )}
      {groups.map((g) => (
        <Table
          key={g}
          caption={g === "" ? "Baseline world" : `Effect of ${g}`}
          columns={[{ head: "Number" }, { head: "First", n: true }, { head: "Second", n: true }, { head: "Change", n: true }]}
          rows={c.rows.filter((r) => r.what === g && (still || r.material)).map((r) => ({ key: r.key, cells: cells(r) }))}
        />
      ))}
      {c.missing.length > 0 && <p class="note">In one run only: {c.missing.join(", ")}.</p>}
    </>
  );
}

function cells(r: Compared): string[] {
  const s = styleOf(r.outcome.unit, r.outcome.measure, r.outcome.materiality, [r.a, r.b]);
  const write = (v: Num) => (r.what === "" ? level(s, v) : v === null ? "–" : `${bareChange(s, v)} ${s.changeUnit}`);
  return [r.outcome.name, write(r.a), write(r.b), r.change === null ? "–" : `${bareChange(s, r.change)} ${s.changeUnit}`];
}
