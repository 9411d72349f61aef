import type { CaseRow } from "../api";
import { to } from "../route";
import { useLoad } from "../ui/load";
import { Trouble } from "../ui/trouble";

const kinds = { shipped: "ships with astara", folder: "your folder", copy: "your copy" };

/** All cases that the server was given. */
export function CaseList() {
  const { data, error, again } = useLoad<CaseRow[]>("cases");
  if (error) return <Trouble error={error} again={again} />;
  if (!data) return <p class="waiting">Reading the cases…</p>;
  return (
    <section class="page">
      <h1>Cases</h1>
      <ul class="cases">
        {data.map((c) => (
          <li key={c.name}>
            <a href={to(c.name)}>{c.title || c.name}</a>
            <p>
              {[kinds[c.kind], c.as_of && `as of ${c.as_of}`, c.horizon > 0 && `for ${c.horizon}`].filter(Boolean).join(" · ")}
              {c.errors > 0 ? ` · ${c.errors} ${c.errors === 1 ? "error" : "errors"} in its files` : c.answered ? " · answered" : " · not solved yet"}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
