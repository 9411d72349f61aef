import type { TableMeta } from "../src/columns";

type Num = number | null;

export interface Numbers {
  shares: number[];
  arms: { View: string; Act: string; State: string; Outcome: string; Mean: Num; Defined: number; Quantiles: Num[] }[];
  effects: { View: string; Act: string; state: string; outcome: string; with: Num; without: Num; effect: Num; material: boolean; change_low: Num; change_high: Num; more: Num; less: Num; sign_holds: Num }[];
}

export function goNumbers(): { name: string; table: TableMeta; columns: ArrayBuffer; weights: ArrayBuffer[]; numbers: Numbers }[];
