import { MONEY_KINDS, moneyTermsOf, moneyWords } from '../domain/measures/money.ts';
import type { MoneyKind, MoneyTerm } from '../domain/measures/money.ts';
import { moneySection, moneyTitle, stockSections } from '../domain/measures/monthly-return.ts';
import type { Outcome, StockCount } from '../domain/measures/monthly-return.ts';
import type { Section } from '../domain/measures/report.ts';
import type { Programme } from '../domain/programme.ts';
import { capitalised } from '../domain/words.ts';
import type { Db } from '../postgres/database.ts';
import { readProgramme } from '../postgres/pinned/pinned.ts';
import { countStockAndFlow, sumMoney } from '../postgres/views/monthly-return.ts';
import type { AlikeDeployments, NumberedTerm, ReturnOf } from '../postgres/views/monthly-return.ts';

/** What a kind of money is made of, in the words of each programme that records it. */
export type MoneyCounted = {
  readonly kind: MoneyKind;
  readonly title: string;
  /** The programmes that record it, each with what is counted there. */
  readonly from: readonly { readonly programme: string; readonly terms: readonly string[] }[];
  /** The programmes that do not, with the number of deployments that are left out. */
  readonly notKept: readonly { readonly programme: string; readonly deployments: number }[];
};

export type MonthlyReturn = {
  /** Deployments that had come in by the end of the period. */
  readonly deployments: number;
  /** Stock and flow, how those at the end stand, whose turn it is in those that are late, and each kind of money that any of their programmes records. */
  readonly sections: readonly Section[];
  readonly money: readonly MoneyCounted[];
};

/** The monthly return, counted anew from the record each time. */
export async function reportMonthlyReturn(db: Db, of: ReturnOf): Promise<MonthlyReturn> {
  const alike = await countStockAndFlow(db, of);
  const programmes = await programmesOf(db, alike);
  const terms = termsOf(programmes);
  const amounts = await sumMoney(db, of, terms);
  const kindOf = new Map(terms.map(({ number, term }) => [number, term.kind]));
  const regions = [...new Set(alike.map(({ region }) => region))];
  const counts = alike.flatMap((one) => stockCount(one, programmeOf(programmes, one)));
  const money = MONEY_KINDS.map((kind) => moneyCounted(kind, programmes, alike));
  return {
    deployments: numberOf(alike, 'known'),
    sections: [
      ...stockSections(counts, rolesOf(alike, programmes)),
      ...money
        .filter(({ from }) => from.length > 0)
        .map(({ kind }) =>
          moneySection(
            kind,
            amounts.flatMap(({ term, region, year, amount }) => (kindOf.get(term) === kind ? [{ kind, region, year, amount }] : [])),
            regions,
            of.to,
          ),
        ),
    ],
    money,
  };
}

const numberOf = (alike: readonly AlikeDeployments[], what: AlikeDeployments['what']): number =>
  alike.reduce((sum, one) => (one.what === what ? sum + one.count : sum), 0);

/** The versions of programmes that deployments are pinned to, the newest of each programme last. */
async function programmesOf(db: Db, alike: readonly AlikeDeployments[]): Promise<readonly Programme[]> {
  const versions = new Map(alike.map(({ programme, version }) => [`${programme} ${version}`, { programme, version }]));
  const read = await Promise.all([...versions.values()].map(({ programme, version }) => readProgramme(db, programme, version)));
  return read.toSorted((one, other) => (one.id === other.id ? one.version - other.version : one.id < other.id ? -1 : 1));
}

function programmeOf(programmes: readonly Programme[], { programme, version }: AlikeDeployments): Programme {
  const found = programmes.find((one) => one.id === programme && one.version === version);
  if (found === undefined) throw new Error(`Version ${version} of ${programme} was not read.`);
  return found;
}

/** Every term that any version of a programme records, once each. */
function termsOf(programmes: readonly Programme[]): readonly NumberedTerm[] {
  const known = new Map<MoneyTerm, string>(programmes.flatMap((one) => moneyTermsOf(one).map((term) => [term, one.id])));
  return [...known].map(([term, programme], at) => ({ programme, number: at + 1, term }));
}

function stockCount(one: AlikeDeployments, { ends }: Programme): readonly StockCount[] {
  const { region, count } = one;
  switch (one.what) {
    case 'known':
      return [];
    case 'out':
      return [{ region, count, what: outcomeOf(ends, one.detail) }];
    case 'late':
      return [{ region, count, what: 'late', turn: one.detail }];
    default:
      return [{ region, count, what: one.what }];
  }
}

function outcomeOf(ends: Programme['ends'], end: string): Outcome {
  const outcome = ends[end]?.outcome;
  if (outcome === undefined) throw new Error(`A deployment ended as "${end}", which its programme does not know.`);
  return outcome;
}

/** The roles whose turn it is in late deployments, in the order of their titles: each by the newest version of a programme that has it. */
function rolesOf(alike: readonly AlikeDeployments[], programmes: readonly Programme[]): ReadonlyMap<string, string> {
  const ids = new Set(alike.flatMap((one) => (one.what === 'late' ? [one.detail] : [])));
  const titled = [...ids].map((id) => {
    const title = programmes.findLast(({ roles }) => roles[id] !== undefined)?.roles[id]?.title;
    return [id, capitalised(title ?? id)] as const;
  });
  return new Map(titled.toSorted(([, one], [, other]) => one.localeCompare(other, 'en-GB')));
}

function moneyCounted(kind: MoneyKind, programmes: readonly Programme[], alike: readonly AlikeDeployments[]): MoneyCounted {
  const titles = new Map(programmes.map(({ id, title }) => [id, title]));
  const ofKind = (programme: Programme) => moneyTermsOf(programme).filter((term) => term.kind === kind);
  return {
    kind,
    title: moneyTitle(kind),
    from: [...titles].flatMap(([id, title]) => {
      const keeps = programmes.findLast((one) => one.id === id && ofKind(one).length > 0);
      return keeps === undefined ? [] : [{ programme: title, terms: ofKind(keeps).map((term) => moneyWords(keeps, term)) }];
    }),
    notKept: [...titles].flatMap(([id, title]) => {
      const without = programmes.filter((one) => one.id === id && ofKind(one).length === 0).map(({ version }) => version);
      const deployments = numberOf(
        alike.filter(({ programme, version }) => programme === id && without.includes(version)),
        'known',
      );
      return deployments === 0 ? [] : [{ programme: title, deployments }];
    }),
  };
}
