/** What the page says of one committee: the numbers, its worst equilibrium, and the dynamics step by step. */
import type { CommitteeResult, Exact, SweepResult } from '../src/browser/index.ts';
import { shownScheme } from '../src/report/shown-scheme.ts';
import { block, button, make } from './dom.ts';

export type Committee = CommitteeResult & { readonly bobs: readonly string[] };

export const short = (value: number) => String(Number(value.toPrecision(6)));

export function exact({ value, exact: fraction }: Exact): Node[] {
  const made: Node[] = [make('span', {}, short(value))];
  if (fraction.includes('/') && fraction.length < 20)
    made.push(document.createTextNode(' '), make('small', {}, fraction));
  return made;
}

export function fact(name: string, value: readonly (Node | string)[], note = ''): HTMLElement {
  return make(
    'div',
    {},
    make('dt', {}, name),
    make('dd', {}, ...value, ...(note ? [make('small', { class: 'under' }, note)] : [])),
  );
}

/** A bar of `share` of its width; the text beside it says the same. */
export function meter(share: number): HTMLElement {
  const filled = make('span');
  filled.style.setProperty('--share', String(Math.min(Math.max(share, 0), 1)));
  return make('div', { class: 'meter', 'aria-hidden': 'true' }, filled);
}

function schemeList(states: readonly string[], scheme: readonly string[], before?: readonly string[]): HTMLElement {
  const items = scheme.map((policy, s) => {
    const changed = before !== undefined && before[s] !== policy;
    const was = changed ? [' ', make('small', {}, `was ${before[s]}`)] : [];
    return make('li', changed ? { class: 'changed' } : {}, make('b', {}, states[s]!), ` ${policy}`, ...was);
  });
  return make('ul', { class: 'scheme', tabindex: '0', 'aria-label': 'Policy in each state' }, ...items);
}

function withoutRandomising({ alice, misalignment: [reading] }: NonNullable<CommitteeResult['deterministic']>) {
  const bound = reading ? `ε ${short(reading.epsilon)} guarantees ${short(reading.bound)}` : '';
  return fact('Without randomising', exact(alice), bound);
}

export function showSummary(
  result: Pick<SweepResult, 'optimum' | 'schemes' | 'market'>,
  chosen: CommitteeResult,
): void {
  const { optimum, schemes, market } = result;
  const { worst, deterministic, stable, misalignment, dynamics } = chosen;
  const [reading] = misalignment;
  const share = worst.alice.value / optimum.alice.value;
  const bar = optimum.alice.value > 0 && share >= 0 ? [meter(share)] : [];
  const percent =
    bar.length > 0 ? `: ${Number((100 * share).toPrecision(4))} % of the best possible, ` : '; the best possible is ';
  block('summary').replaceChildren(
    make('p', { class: 'headline' }, ...exact(worst.alice)),
    ...bar,
    make('div', {}, `at least, in every equilibrium${percent}`, ...exact(optimum.alice), '.'),
    make(
      'dl',
      { class: 'facts' },
      ...(deterministic ? [withoutRandomising(deterministic)] : []),
      fact(
        'Misalignment ε',
        [reading ? short(reading.epsilon) : '…'],
        reading ? `guarantees OPT − 2ε = ${short(reading.bound)}` : '',
      ),
      fact('Dynamics end at', exact(dynamics.alice), `with ${dynamics.selected}`),
      fact(
        'Stable schemes',
        [stable?.count ?? 'not counted'],
        `of ${schemes}${deterministic ? ' that do not randomise' : ''}`,
      ),
    ),
    make('h3', {}, 'In the worst equilibrium'),
    schemeList(market.states, shownScheme(worst)),
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
  const last = step === steps.length - 1;
  const moved = step === 0 ? `${bob} is selected with the scheme that suits it best.` : `${bob} moves.`;
  const end = last
    ? ` Then nobody moves any more${nash ? ': a Nash equilibrium' : ''}, and Alice ends at ${short(alice.value)}.`
    : '';
  block('step').replaceChildren(
    make('p', {}, `${moved} Alice gets `, ...exact(now), `.${end}`),
    schemeList(result.market.states, scheme, steps[step - 1]?.scheme),
  );
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
