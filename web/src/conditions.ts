// Conditions of a case in words: "the Russia-Iran treaty is in force and “Gas Iran-Armenia”
// is stopped" in the place of "pact=in_force and gas_ir_am=stopped". The grammar is that of
// docs/formats/propositions.md, the words are those of the program's own sentences
// (answer/conditions.go).
import { listed, upper } from "./numbers";
import { words } from "./ui/world";

export interface Named {
  id: string;
  name: string;
  kind?: string;
  states?: readonly string[];
}

/** That a variable is in one of some states, or in none of them. */
export function atom(v: Named, states: readonly string[], not = false): string {
  const others = not && v.states ? v.states.filter((s) => !states.includes(s)) : [];
  if (others.length > 0 && others.length < 3) return atom(v, others);
  const name = v.name.replace(/ \(.*$/, "");
  const is = not ? "is not" : "is";
  const only = states.length === 1 ? states[0] : "";
  const said = listed(states.map(words), "or");
  if (v.kind === "act") {
    if (!not && only === "none") return `there is no ${name.replace(/^the /i, "")}`;
    return `${/^(the|an?) /i.test(name) ? name : `the ${name}`} ${is} ${said}`;
  }
  if (v.kind === "position")
    return `${name} ${is} ${listed(
      states.map((s) => `“${words(s)}”`),
      "or",
    )}`;
  if (!not && only === "none") return `there is no “${name}”`;
  if (only === "yes" || only === "no") {
    const so = (only === "yes") !== not;
    return `“${name}” ${v.kind === "fact" ? (so ? "is so" : "is not so") : so ? "comes about" : "does not come about"}`;
  }
  return `“${name}” ${is} ${said}`;
}

/** An act with its state as it stands in a sentence: the Russia-Iran treaty in force. */
export function withState(act: { name: string }, state: string): string {
  const name = act.name.replace(/ \(.*$/, "");
  return `${/^(the|an?) /i.test(name) ? name : `the ${name}`} ${words(state)}`;
}

const name = String.raw`[\p{L}_][\p{L}\p{N}_.-]*(?:\([^()]*\))?`;
const atoms = new RegExp(String.raw`(${name})\s*(?:(!?=)\s*([\p{L}\p{N}_.-]+)|(not\s+)?in\s*\{([^{}]*)\})`, "gu");

/** The alternatives of a formula, its "or" outside of brackets, without brackets around one. */
function alternatives(text: string): string[] {
  const out = [""];
  let depth = 0;
  for (const part of text.split(/(\(|\)|\bor\b)/)) {
    if (part === "or" && depth === 0) out.push("");
    else out[out.length - 1] += part;
    depth += part === "(" ? 1 : part === ")" ? -1 : 0;
  }
  return out.map((x) => x.trim().replace(/^\(((?:[^()]|\w\([^()]*\))*)\)$/, "$1"));
}

/** A condition with the names of the case; what the case has not stays as it is written. */
export function inWords(text: string, variables: readonly Named[]): string {
  const parts = alternatives(text);
  if (parts.length === 1) return conjunction(text, variables);
  return parts.map((x) => conjunction(x, variables)).join(parts.some((x) => / and /.test(x)) ? "; or " : " or ");
}

function conjunction(text: string, variables: readonly Named[]): string {
  const said = text.replace(atoms, (whole: string, id: string, sign: string | undefined, state: string | undefined, not: string | undefined, set: string | undefined) => {
    const v = variables.find((x) => x.id === id.replace(/\s/g, ""));
    if (!v) return whole;
    return set === undefined ? atom(v, [state ?? ""], sign === "!=") : atom(v, set.split(",").map((s) => s.trim()), not !== undefined);
  });
  return said === "true" ? "always" : said === "false" ? "never" : said;
}

/** The variables of an answer, with what can be told of their kinds. */
export const namesOf = (a: { variables: readonly Named[]; acts: readonly { id: string }[] }): Named[] =>
  a.variables.map((v) => (a.acts.some((x) => x.id === v.id) ? { ...v, kind: "act" } : v.id.startsWith("position(") ? { ...v, kind: "position" } : v));

export interface Said {
  if?: string;
  then?: string;
  way?: string; // raises, lowers or leaves: of a claim that one thing moves another
}

/** What a claim says of worlds, as a sentence; "" where it says nothing that is a condition. */
export function proposition(c: Said, variables: readonly Named[]): string {
  const given = c.if ? inWords(c.if, variables) : "";
  const then = c.then ? inWords(c.then, variables) : "";
  if (!then) return given && `On condition: ${given}.`;
  if (c.way) return `${given ? `If ${given}, this is` : "This is"} ${c.way === "raises" ? "more probable than otherwise" : c.way === "lowers" ? "less probable than otherwise" : "as probable as otherwise"}: ${then}.`;
  return given ? `If ${given}, then ${then}.` : `${upper(then)}.`;
}

/** The formula that a proposition was said from, for those who know it. */
export const formula = (c: Said): string => [c.if && `if ${c.if}`, c.then && `then ${c.then}`].filter(Boolean).join(" ");
