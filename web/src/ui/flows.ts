import { of } from "../api";
import type { EnergyFlows } from "../energy";
import type { Flows } from "../network";
import { pathsOf, type Source } from "../source";
import { useLoad } from "./load";

export interface Moving {
  freight: Flows | null;
  energy: EnergyFlows | null;
  missing: boolean; // expected flows that have not been worked out
  error: unknown;
  busy: boolean;
  again: () => void;
}

/** The flows of a source; power and gas only where they are wanted. */
export function useFlows(name: string, source: Source | null, withEnergy: boolean): Moving {
  const paths = source ? pathsOf(source) : null;
  const mean = source?.kind === "mean";
  const freight = useLoad<Flows>(paths ? `${of(name)}/${paths.freight}` : null);
  const energy = useLoad<EnergyFlows>(paths && withEnergy && !mean ? `${of(name)}/${paths.energy}` : null);
  const missing = freight.data?.ready === false;
  const both = mean ? (freight.data as unknown as EnergyFlows | null) : energy.data;
  return {
    freight: missing ? null : freight.data,
    energy: withEnergy && !missing && both ? { ...both, ties: both.ties ?? [], pipes: both.pipes ?? [] } : null,
    missing,
    error: freight.error ?? energy.error,
    busy: paths !== null && freight.error == null && energy.error == null && (!freight.data || (withEnergy && !mean && !energy.data)),
    again: () => {
      freight.again();
      energy.again();
    },
  };
}
