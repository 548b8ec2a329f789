/** What the page says of one committee: the numbers, who can leave, and the dynamics step by step. */
import type { CommitteeResult, Exact, SweepResult } from '../src/browser/index.ts';
import { shownScheme } from '../src/report/shown-scheme.ts';
import { block, button, make, table } from './dom.ts';

export type Committee = CommitteeResult & { readonly bobs: readonly string[] };

const short = (value: number) => String(Number(value.toPrecision(6)));

function exact({ value, exact: fraction }: Exact): Node {
  const made = make('span', {}, short(value));
  if (fraction.includes('/') && fraction.length < 20) made.append(' ', make('small', {}, fraction));
  return made;
}

const sameBobs = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((bob, i) => bob === b[i]);

export function committeeOf(result: SweepResult, bobs: readonly string[]): Committee | undefined {
  return result.committees.find((one) => sameBobs(one.bobs, bobs));
}

function card(name: string, value: Node | string, note?: string): HTMLElement {
  return make(
    'div',
    {},
    make('dt', {}, name),
    make('dd', {}, value, ...(note ? [make('br'), make('small', {}, note)] : [])),
  );
}

export function showSummary(
  result: Pick<SweepResult, 'optimum' | 'schemes' | 'market'>,
  chosen: CommitteeResult,
): void {
  const { optimum, schemes } = result;
  const { worst, stable, misalignment, dynamics } = chosen;
  const [reading] = misalignment;
  const share =
    optimum.alice.value === 0 ? '' : `${short((100 * worst.alice.value) / optimum.alice.value)} % of her optimum`;
  const cards = make(
    'dl',
    { class: 'cards' },
    card('At least, in every equilibrium', exact(worst.alice), share),
    card('Her optimum', exact(optimum.alice)),
    card(
      'Misalignment ε',
      reading ? short(reading.epsilon) : '…',
      reading ? `so at least OPT − 2ε = ${short(reading.bound)}` : '',
    ),
    card('Dynamics end at', exact(dynamics.alice), `with ${dynamics.selected}`),
    card('Stable schemes', stable?.count ?? 'not counted', `of ${schemes}`),
  );
  const along = shownScheme(worst).map((policy, s) => [result.market.states[s]!, policy]);
  block('summary').replaceChildren(
    cards,
    make('h3', {}, 'The worst equilibrium plays'),
    table('Worst equilibrium', ['State', 'Policy'], along, 2),
  );
}

/** What if this provider leaves, or joins? */
export function showLeaving(result: SweepResult, chosen: Committee): void {
  const { bobs } = result.market;
  const inside = new Set(chosen.bobs);
  const rows = bobs.flatMap((bob) => {
    const leaves = inside.has(bob);
    const others = bobs.filter((one) => (one === bob ? !leaves : inside.has(one)));
    const then = others.length === 0 ? undefined : committeeOf(result, others);
    const what = `${bob} ${leaves ? 'leaves' : 'joins'}`;
    if (!then) return [[what, 'nobody is left', '', '']];
    const change = then.worst.alice.value - chosen.worst.alice.value;
    const changed = then.worst.alice.exact === chosen.worst.alice.exact;
    return [
      [
        what,
        exact(then.worst.alice),
        changed ? 'no change' : `${change > 0 ? '+' : '−'}${short(Math.abs(change))}`,
        then.dynamics.selected,
      ],
    ];
  });
  const header = ['What if', 'Alice gets at least', 'Change', 'Dynamics select'];
  block('leaving').replaceChildren(
    make('h3', {}, 'What if this provider leaves?'),
    table('What if a provider leaves or joins', header, rows),
  );
}

let step = 0;
let shown: { result: SweepResult; chosen: Committee } | undefined;

function showStep(): void {
  if (!shown) return;
  const { result, chosen } = shown;
  const { steps, nash, alice } = chosen.dynamics;
  step = Math.min(Math.max(step, 0), steps.length - 1);
  const { bob, scheme, alice: now } = steps[step]!;
  const before = steps[step - 1]?.scheme;
  const rows = scheme.map((policy, s) => [result.market.states[s]!, policy, before?.[s] ?? '']);
  const made = table('Scheme of this step', ['State', 'Policy', 'Before'], rows, 3);
  made.querySelectorAll('tbody tr').forEach((row, s) => {
    row.classList.toggle('changed', before !== undefined && before[s] !== scheme[s]);
  });
  const last = step === steps.length - 1;
  const end = last
    ? ` Nobody moves any more: Alice ends at ${short(alice.value)}${nash ? ', a Nash equilibrium' : ''}.`
    : '';
  const text =
    step === 0 ? `${bob} is selected with his favourite scheme: Alice gets ` : `${bob} moves, and Alice gets `;
  block('step').replaceChildren(make('p', {}, text, exact(now), `.${end}`), made);
  block('step-count').textContent = `Step ${step + 1} of ${steps.length}`;
  button('previous').disabled = step === 0;
  button('next').disabled = last;
}

export function showDynamics(result: SweepResult, chosen: Committee): void {
  shown = { result, chosen };
  step = 0;
  showStep();
}

export function wireSteps(): void {
  button('previous').addEventListener('click', () => {
    step--;
    showStep();
  });
  button('next').addEventListener('click', () => {
    step++;
    showStep();
  });
}
