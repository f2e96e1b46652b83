import highsModule from 'highs';
import type { Highs, Model } from 'highs';
import type { AssignmentProblem, Pair } from '../domain/matching/assignment.ts';

/** The types of the package describe its CommonJS entry; what Node imports is its ES module, whose default is the loader itself. */
const loadHighs = highsModule as unknown as (typeof highsModule)['default'];
/** Compiled once in a process, when it is first wanted. */
let loading: Promise<Highs> | undefined;

/** So many pairs are weighed at once: some seconds of work. Where there are more, each school is weighed with the best of its shortlist first. */
const MOST_PAIRS = 20_000;
/** Dual values below this are rounding. With costs that are whole numbers they are whole numbers themselves. */
const NOTHING = 1e-6;
/** How long the whole numbers of one round may be searched for. What is found by then is taken: it breaks no limit. */
const MOST_SECONDS = 10;

/**
 * Solves an assignment: which pairs are proposed, by their number in `problem.pairs`. Every school is in one pair at most, and nobody is
 * given more days of a term than they have free. Among such proposals it serves as many schools as possible; among those, the first
 * difference in the sums of the merits decides, in their order. The same problem gives the same answer.
 *
 * Two things are less than that. Where leaders are asked for different numbers of days, their days are divided among those sizes first,
 * for as many schools as possible. And of more than 20,000 pairs each school is weighed with the best of its shortlist first, and with
 * the rest as far as it is left without anybody.
 */
export async function solveAssignment(problem: AssignmentProblem): Promise<readonly number[]> {
  const highs = await (loading ??= loadHighs());
  const free = problem.free.map((days) => [...days]);
  const chosen: number[] = [];
  let waiting = new Set(problem.pairs.map(({ school }) => school));
  for (;;) {
    const round = weighed(problem, free, waiting);
    const found = round.length === 0 ? [] : solveRound(highs, round, free);
    if (found.length === 0) return chosen.toSorted((one, other) => one - other);
    for (const { at, pair } of found) {
      chosen.push(at);
      const left = free[pair.leader];
      for (const [term, days] of pair.days.entries()) if (left !== undefined) left[term] = (left[term] ?? 0) - days;
    }
    const served = new Set(found.map(({ pair }) => pair.school));
    waiting = new Set([...waiting].filter((school) => !served.has(school)));
  }
}

type Numbered = { readonly at: number; readonly pair: Pair };

/** The pairs of schools that still wait with leaders who still have the days; of each school the best, where there are too many. */
function weighed(problem: AssignmentProblem, free: readonly (readonly number[])[], waiting: ReadonlySet<number>): readonly Numbered[] {
  const pairs = problem.pairs
    .map((pair, at) => ({ at, pair }))
    .filter(({ pair }) => waiting.has(pair.school) && pair.days.every((days, term) => days <= (free[pair.leader]?.[term] ?? 0)));
  if (pairs.length <= MOST_PAIRS) return pairs;
  const ofEach = Math.max(1, Math.floor(MOST_PAIRS / new Set(pairs.map(({ pair }) => pair.school)).size));
  return [...Map.groupBy(pairs, ({ pair }) => pair.school).values()].flatMap((own) =>
    own.toSorted((one, other) => one.pair.place - other.pair.place).slice(0, ofEach),
  );
}

/** A limit on the sum of some columns. */
type Row = { readonly most: number; readonly columns: readonly number[]; readonly weights?: readonly number[] };

function solveRound(highs: Highs, pairs: readonly Numbered[], free: readonly (readonly number[])[]): readonly Numbered[] {
  const columns = pairs.map((_, column) => column);
  const schools = [...Map.groupBy(columns, (column) => pairs[column]?.pair.school).values()].map((own) => ({ most: 1, columns: own }));
  const groups = [...Map.groupBy(columns, (column) => pairs[column]?.pair.leader).values()].map((own) =>
    [...Map.groupBy(own, (column) => pairs[column]?.pair.days.join()).values()].map((columnsOfSize) => ({
      columns: columnsOfSize,
      days: pairs[columnsOfSize[0] ?? 0]?.pair.days ?? [],
      free: free[pairs[columnsOfSize[0] ?? 0]?.pair.leader ?? 0] ?? [],
    })),
  );
  const sizes = groups.every((own) => own.length === 1)
    ? groups.flat().map((group) => ({ most: fits(group.days, group.free), columns: group.columns }))
    : divided(highs, pairs, schools, groups);
  const solved = byMerits(highs, pairs, [...schools, ...sizes.filter(({ most, columns: own }) => most < own.length)]);
  return pairs.filter((_, column) => solved[column] === 1);
}

/** How many deployments of so many days fit into the days that are free, in every term. */
function fits(days: readonly number[], free: readonly number[]): number {
  return Math.min(...days.map((one, term) => (one === 0 ? Number.MAX_SAFE_INTEGER : Math.floor((free[term] ?? 0) / one))));
}

type Group = { readonly columns: readonly number[]; readonly days: readonly number[]; readonly free: readonly number[] };

/**
 * How many deployments of each size a leader is to take, so that as many schools as possible are served: whole numbers of schools within
 * the days that are free. Days that are left over then go to the smallest size that fits.
 */
function divided(highs: Highs, pairs: readonly Numbered[], schools: readonly Row[], groups: readonly (readonly Group[])[]): readonly Row[] {
  const rows = groups.flatMap((own) => [
    ...own.flatMap((group) => [{ most: fits(group.days, group.free), columns: group.columns }]),
    ...(own[0]?.free ?? []).map((most, term) => ({
      most,
      columns: own.flatMap(({ columns }) => columns),
      weights: own.flatMap(({ columns, days }) => columns.map(() => days[term] ?? 0)),
    })),
  ]);
  // A place further down a shortlist costs a little: less, all together, than one school.
  const worst = Math.max(...pairs.map(({ pair }) => pair.place), 1) * schools.length;
  const solved = withModel(highs, pairs.length, [...schools, ...rows], (model) => {
    model.changeColsIntegrality({ kind: 'range', from: 0, to: pairs.length - 1 }, new Int32Array(pairs.length).fill(1));
    model.changeColsCost(
      { kind: 'range', from: 0, to: pairs.length - 1 },
      Float64Array.from(pairs, ({ pair }) => (0.5 * pair.place) / worst - 1),
    );
    // The gap is the little: that no further school can be served is proved all the same.
    model.options.set({ mip_abs_gap: 0.4, mip_rel_gap: 0, time_limit: MOST_SECONDS });
    const { modelStatus } = model.run();
    const { colValue } = model.getSolution();
    if (modelStatus !== highs.constants.modelStatus.optimal && modelStatus !== highs.constants.modelStatus.timeLimit) {
      throw new Error(`The days of the leaders could not be divided: HiGHS answers ${modelStatus}.`);
    }
    return whole(colValue);
  });
  return groups.flatMap((own) => {
    const taken = own.map(({ columns }) => columns.filter((column) => solved[column] === 1).length);
    const left = (own[0]?.free ?? []).map(
      (most, term) => most - own.reduce((sum, { days }, at) => sum + (days[term] ?? 0) * (taken[at] ?? 0), 0),
    );
    return own
      .map((group, at) => ({ group, at }))
      .toSorted((one, other) => (one.group.days[0] ?? 0) - (other.group.days[0] ?? 0))
      .map(({ group, at }) => {
        const more = Math.max(0, Math.min(fits(group.days, left), group.columns.length));
        for (const [term, days] of group.days.entries()) left[term] = (left[term] ?? 0) - days * more;
        return { most: (taken[at] ?? 0) + more, columns: group.columns };
      });
  });
}

/**
 * The best within limits on how many columns are taken. All its limits are sums of columns that overlap as in a transport from leaders
 * to schools, so each linear program has its best solution in whole numbers. Each merit is weighed among the best of those before it:
 * whatever has a price there is held where it is.
 */
function byMerits(highs: Highs, pairs: readonly Numbered[], rows: readonly Row[]): readonly number[] {
  const levels = [
    () => -1,
    ...(pairs[0]?.pair.merits ?? []).map(
      (_, level) =>
        ({ pair }: Numbered) =>
          pair.merits[level] ?? 0,
    ),
  ];
  return withModel(highs, pairs.length, rows, (model) => {
    const all = { kind: 'range', from: 0, to: pairs.length - 1 } as const;
    const [lower, upper] = [new Float64Array(pairs.length), new Float64Array(pairs.length).fill(1)];
    const least = new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY);
    const most = Float64Array.from(rows, (row) => row.most);
    let solved: readonly number[] = [];
    for (const costOf of levels) {
      const costs = Float64Array.from(pairs, costOf);
      if (solved.length > 0 && costs.every((cost) => cost === costs[0])) continue;
      model.changeColsCost(all, costs);
      const { modelStatus } = model.run();
      if (modelStatus !== highs.constants.modelStatus.optimal) throw new Error(`The assignment has no best: HiGHS answers ${modelStatus}.`);
      const { colValue, colDual, rowDual } = model.getSolution();
      const values = whole(colValue);
      for (const [column, price] of colDual.entries()) if (Math.abs(price) > NOTHING) lower[column] = upper[column] = values[column] ?? 0;
      for (const [row, price] of rowDual.entries()) if (Math.abs(price) > NOTHING) least[row] = most[row] ?? 0;
      model.changeColsBounds(all, lower, upper);
      model.changeRowsBounds({ kind: 'range', from: 0, to: rows.length - 1 }, least, most);
      solved = values;
    }
    return solved;
  });
}

function whole(values: Float64Array): readonly number[] {
  return Array.from(values, (value) => {
    const rounded = Math.round(value);
    if (Math.abs(value - rounded) > NOTHING) throw new Error(`A pair is proposed by ${value}, which is neither none nor all of it.`);
    return rounded;
  });
}

function withModel<T>(highs: Highs, numCols: number, rows: readonly Row[], use: (model: Model) => T): T {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const { columns, weights } of rows) {
    for (const [at, column] of columns.entries()) {
      indices.push(column);
      values.push(weights?.[at] ?? 1);
    }
    starts.push(indices.length);
  }
  const model = highs.createModel({
    numCols,
    numRows: rows.length,
    colCost: new Float64Array(numCols),
    colLower: new Float64Array(numCols),
    colUpper: new Float64Array(numCols).fill(1),
    rowLower: new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY),
    rowUpper: Float64Array.from(rows, ({ most }) => most),
    matrix: { format: 'csr', numRows: rows.length, numCols, starts, indices, values },
  });
  try {
    model.options.set({ output_flag: false });
    return use(model);
  } finally {
    model.dispose();
  }
}
