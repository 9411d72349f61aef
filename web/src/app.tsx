import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { lazyPage } from "./ui/lazy";
import { route, to } from "./route";
import { CaseList } from "./pages/cases";
import { Home } from "./pages/home";
import { viewOf } from "./share";
import { CopyLink, MadeOn, OpenView } from "./ui/link";
import { Theme } from "./ui/theme";
import { Trouble } from "./ui/trouble";

/** The pages of a case, in the order of the menu. Each but the home is loaded when it is opened. */
export const pages: { id: string; name: string; page: (p: { name: string }) => preact.JSX.Element }[] = [
  { id: "", name: "Answers", page: Home },
  { id: "map", name: "Map", page: lazyPage(() => import("./pages/map").then((m) => m.MapPage)) },
  { id: "worlds", name: "Worlds", page: lazyPage(() => import("./pages/worlds").then((m) => m.WorldsPage)) },
  { id: "country", name: "States", page: lazyPage(() => import("./pages/country").then((m) => m.CountryPage)) },
  { id: "chains", name: "Chains", page: lazyPage(() => import("./pages/chains").then((m) => m.ChainsPage)) },
  { id: "beliefs", name: "Beliefs", page: lazyPage(() => import("./pages/beliefs").then((m) => m.BeliefsPage)) },
  { id: "evidence", name: "Evidence", page: lazyPage(() => import("./pages/evidence").then((m) => m.EvidencePage)) },
  { id: "agreements", name: "Agreements", page: lazyPage(() => import("./pages/agreements").then((m) => m.AgreementsPage)) },
  { id: "share", name: "Share", page: lazyPage(() => import("./pages/share").then((m) => m.SharePage)) },
  { id: "edit", name: "Edit", page: lazyPage(() => import("./pages/edit").then((m) => m.EditPage)) },
];

export function App() {
  const r = route.value;
  const page = pages.find((p) => p.id === r.page);
  const view = viewOf(r.case);
  const first = useRef(true);
  const place = [r.case, r.page, ...r.rest].join("/");
  // Another page starts at its top, with the focus on it and a title of its own.
  useEffect(() => {
    document.title = r.case ? `${[...r.rest, page?.name ?? "", r.case].filter(Boolean).join(" · ")} – astara` : "astara";
    if (!first.current) {
      scrollTo(0, 0);
      document.getElementById("main")?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [place]);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          astara
        </a>
        {r.case && !view && (
          <nav aria-label="Pages of the case">
            {pages.map((p) => (
              <a key={p.id} href={to(r.case, p.id)} aria-current={p.id === r.page ? "page" : undefined}>
                {p.name}
              </a>
            ))}
          </nav>
        )}
        {r.case && !view && <CopyLink name={r.case} />}
        <Theme />
      </header>
      {r.case && !view && <MadeOn name={r.case} />}
      <main id="main" tabIndex={-1}>
        <Guarded key={`${r.case}/${r.page}`} place={place}>{!r.case ? <CaseList /> : view ? <OpenView id={view} key={view} /> : page ? <page.page name={r.case} key={r.case} /> : <NoPage />}</Guarded>
      </main>
    </>
  );
}

/** Holds a fault of one page to that page: the menu and all others go on. */
function Guarded({ place, children }: { place: string; children: ComponentChildren }) {
  const [error, again] = useErrorBoundary();
  useEffect(() => {
    if (error) again();
  }, [place]);
  if (!error) return <>{children}</>;
  return (
    <section class="page">
      <h1>This page cannot be shown</h1>
      <Trouble error={error} again={again} />
    </section>
  );
}

function NoPage() {
  return (
    <section class="page">
      <h1>There is no such page</h1>
      <p>
        <a href="#/">The cases</a> are a good place to start from.
      </p>
    </section>
  );
}
