import type { Programme } from '../../domain/programme.ts';

/** A picture of a programme: the place of everything in it, in units of the picture. The view draws it. */
export type Flow = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly ends: readonly Box[];
  readonly arrows: readonly Arrow[];
};

export type Box = Place & { readonly lines: readonly Line[] };
type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
type Line = { readonly x: number; readonly y: number; readonly text: string };

export type Arrow = {
  readonly path: string;
  /** The answers that lead this way, in full. */
  readonly says: string;
  readonly lines: readonly Line[];
  readonly anchor: 'start' | 'end';
};

const BOX = { x: 250, width: 280, height: 90, gap: 52, top: 12 };
const END = { x: 670, width: 210, height: 42 };
const LANE = { first: 34, apart: 16 };
const LINE_HEIGHT = 16;

/**
 * A way by which answers lead from one stage to another, or to an end. Answers that lead the same way share an arrow.
 */
type Way = { readonly from: number; readonly to: number | string; readonly labels: readonly string[] };

/**
 * Lays out the stages from top to bottom. Arrows to the next stage run down the middle, and arrows back run up on the
 * left. Arrows that skip a stage or end the deployment leave on the right.
 */
export function flowOf(programme: Programme): Flow {
  const ways = waysOf(programme);
  const last = programme.stages.length - 1;
  const back = ways.filter(({ from, to }) => typeof to === 'number' && to <= from);
  const skip = ways.filter(({ from, to }) => typeof to === 'number' && to > from + 1);
  const ending = ways.filter(({ to }) => typeof to === 'string');
  const forth = back.filter(({ from, to }) => to !== from);
  const left = slots([
    ...forth.map(({ from }) => from),
    ...forth.map(({ to }) => to),
    ...back.flatMap(({ from, to }) => (to === from ? [from, from] : [])),
  ]);
  const right = slots([...ending, ...skip].flatMap(({ from, to }) => (typeof to === 'string' ? [from] : [from, to])));

  const arrows: Arrow[] = ways
    .filter(({ from, to }) => to === from + 1)
    .map((way) => {
      const x = BOX.x + BOX.width / 2;
      const y = top(way.from) + BOX.height;
      return arrow(way, `M ${x} ${y} V ${y + BOX.gap - 2}`, {
        x: x + 10,
        y: y + BOX.gap / 2 + 4,
        anchor: 'start',
        characters: 60,
        lines: 1,
      });
    });
  // The heights at which arrows leave come first, then those at which others arrive, and loops from a stage to itself
  // last.
  const leaving = new Map(forth.map((way) => [way, left.next(way.from)]));
  const arriving = new Map(forth.map((way) => [way, left.next(way.to)]));
  const bends = back.map((way) => ({
    way,
    leaves: leaving.get(way) ?? left.next(way.from),
    arrives: arriving.get(way) ?? left.next(way.to),
  }));
  for (const { way, leaves, arrives, lane } of inLanes(bends)) {
    const x = BOX.x - LANE.first - lane * LANE.apart;
    const y = way.from === way.to ? (leaves + arrives) / 2 : leaves;
    arrows.push(
      arrow(way, `M ${BOX.x} ${leaves} H ${x} V ${arrives} H ${BOX.x - 2}`, { x: x - 8, y, anchor: 'end', characters: 22, lines: 3 }),
    );
  }
  const ends: Box[] = [];
  for (const way of ending) {
    const y = right.next(way.from);
    ends.push(endBox(programme, String(way.to), y));
    arrows.push(arrow(way, `M ${BOX.x + BOX.width} ${y} H ${END.x - 2}`, null));
  }
  for (const { way, leaves, arrives, lane } of inLanes(
    skip.map((way) => ({ way, leaves: right.next(way.from), arrives: right.next(way.to) })),
  )) {
    const x = BOX.x + BOX.width + LANE.first + lane * LANE.apart;
    arrows.push(
      arrow(way, `M ${BOX.x + BOX.width} ${leaves} H ${x} V ${arrives} H ${BOX.x + BOX.width + 2}`, {
        x: x + 8,
        y: leaves,
        anchor: 'start',
        characters: 34,
        lines: 2,
      }),
    );
  }
  const finish = top(last) + BOX.height + BOX.gap + END.height / 2;
  ends.push(endBox(programme, programme.completesAs, finish, BOX.x + (BOX.width - END.width) / 2));
  const middle = BOX.x + BOX.width / 2;
  const downwards = `M ${middle} ${top(last) + BOX.height} V ${finish - END.height / 2 - 2}`;
  arrows.push({
    path: downwards,
    says: 'When nothing is left to do',
    lines: [{ x: middle + 10, y: finish - END.height / 2 - 22, text: 'Nothing is left to do' }],
    anchor: 'start',
  });

  return {
    width: END.x + END.width + 10,
    height: finish + END.height / 2 + 12,
    boxes: programme.stages.map((stage, at) => {
      const place = { x: BOX.x, y: top(at), width: BOX.width, height: BOX.height };
      return { ...place, lines: centred(place, `${stage.number}. ${stage.title}`, 30, 3) };
    }),
    ends,
    arrows,
  };
}

function waysOf(programme: Programme): readonly Way[] {
  const order = programme.stages.flatMap(({ steps }, stage) => steps.map((step) => ({ step, stage })));
  const at = (step: string) => order.findIndex((placed) => placed.step === step);
  const ways = new Map<string, Way>();
  for (const { step: id, stage: from } of order) {
    for (const answer of programme.steps[id]?.answers ?? []) {
      const to = answer.opens.flatMap((opened) => {
        const stage = order[at(opened)]?.stage;
        // The text tells of what only leads on inside its stage.
        return stage === undefined || (stage === from && at(opened) > at(id)) ? [] : [stage];
      });
      for (const target of [...to, ...(answer.ends === null ? [] : [answer.ends])]) {
        const key = `${from} ${target}`;
        const labels = [...new Set([...(ways.get(key)?.labels ?? []), answer.label])];
        ways.set(key, { from, to: target, labels });
      }
    }
  }
  return [...ways.values()];
}

/** Assigns the heights at which arrows meet one side of a box: a different one for each, from the top down. */
function slots(meetings: readonly Way['to'][]) {
  const used = new Map<Way['to'], number>();
  return {
    next(box: Way['to']): number {
      const nth = used.get(box) ?? 0;
      used.set(box, nth + 1);
      const count = meetings.filter((met) => met === box).length;
      return Math.round(top(Number(box)) + (BOX.height * (nth + 0.5)) / count);
    },
  };
}

type Bend = { readonly way: Way; readonly leaves: number; readonly arrives: number };

/** Puts each bend into the innermost lane where it crosses no other, the short ones inside. */
function inLanes(bends: readonly Bend[]): readonly (Bend & { readonly lane: number })[] {
  const placed: (Bend & { readonly lane: number; readonly from: number; readonly to: number })[] = [];
  for (const bend of bends.toSorted((a, b) => Math.abs(a.leaves - a.arrives) - Math.abs(b.leaves - b.arrives))) {
    const [from, to] = [Math.min(bend.leaves, bend.arrives), Math.max(bend.leaves, bend.arrives)];
    const taken = new Set(placed.filter((other) => other.from <= to && from <= other.to).map(({ lane }) => lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    placed.push({ ...bend, lane, from, to });
  }
  return placed;
}

type Label = {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly characters: number;
  readonly lines: number;
};

function arrow({ labels }: Way, path: string, label: Label | null): Arrow {
  const [first = '', ...others] = labels;
  const shown = others.length === 0 ? first : `${first} (or ${others.length} more)`;
  return {
    path,
    says: labels.join('; '),
    lines: label === null ? [] : stacked(wrapped(shown, label.characters, label.lines), label.x, label.y),
    anchor: label?.anchor ?? 'start',
  };
}

function endBox(programme: Programme, id: string, middle: number, x = END.x): Box {
  const place = { x, y: middle - END.height / 2, width: END.width, height: END.height };
  return { ...place, lines: centred(place, programme.ends[id]?.title ?? id, 28, 2) };
}

function centred(place: Place, text: string, characters: number, most: number): readonly Line[] {
  return stacked(wrapped(text, characters, most), place.x + place.width / 2, place.y + place.height / 2);
}

/** Lines one below the other, centred on a height. */
function stacked(lines: readonly string[], x: number, y: number): readonly Line[] {
  return lines.map((text, at) => ({ x, y: Math.round(y + 5 + (at - (lines.length - 1) / 2) * LINE_HEIGHT), text }));
}

/** A text in lines of limited length. What does not fit ends in "…". */
function wrapped(text: string, characters: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < characters) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]} …`];
}

function top(stage: number): number {
  return BOX.top + stage * (BOX.height + BOX.gap);
}
