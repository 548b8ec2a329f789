/** Who is in the market: a box a provider, and beside it what Alice could count on if that provider left or joined. */
import type { SweepResult } from '../src/browser/index.ts';
import { type Committee, exact, short } from './answer.ts';
import { block, make } from './dom.ts';

const sameBobs = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((bob, i) => bob === b[i]);

export function committeeOf(result: SweepResult, bobs: readonly string[]): Committee | undefined {
  return result.committees.find((one) => sameBobs(one.bobs, bobs));
}

const rows = () => [...block('committee').querySelectorAll<HTMLElement>('.provider')];

/** Lists the providers anew. @param onChoice told of the committee after every change */
export function listProviders(
  bobs: readonly string[],
  committee: readonly string[],
  onChoice: (chosen: string[]) => void,
) {
  const boxes = bobs.map((bob) =>
    make('input', { type: 'checkbox', ...(committee.includes(bob) ? { checked: '' } : {}) }),
  );
  for (const box of boxes)
    box.addEventListener('change', () => {
      const chosen = bobs.filter((_, i) => boxes[i]!.checked);
      // A market has at least one provider.
      if (chosen.length === 0) box.checked = true;
      else onChoice(chosen);
    });
  block('committee').replaceChildren(
    make('legend', { class: 'hidden' }, 'Providers in the market'),
    ...bobs.map((bob, i) => {
      boxes[i]!.setAttribute('aria-describedby', `effect-${i}`);
      return make(
        'div',
        { class: 'provider' },
        make('label', {}, boxes[i]!, bob),
        make('span', { class: 'effect', id: `effect-${i}` }),
      );
    }),
  );
}

function effect(result: SweepResult, chosen: Committee, bob: string): (Node | string)[] {
  const inside = new Set(chosen.bobs);
  const leaves = inside.has(bob);
  const others = result.market.bobs.filter((one) => (one === bob ? !leaves : inside.has(one)));
  if (others.length === 0) return ['the only provider'];
  const then = committeeOf(result, others);
  if (!then) return [];
  const change = then.worst.alice.value - chosen.worst.alice.value;
  const same = then.worst.alice.exact === chosen.worst.alice.exact;
  const kind = same ? 'same' : change < 0 ? 'worse' : 'better';
  const how = same ? 'no change' : `${change < 0 ? '▼ −' : '▲ +'}${short(Math.abs(change))}`;
  return [
    `${leaves ? 'leaves' : 'joins'}: at least `,
    make('b', {}, ...exact(then.worst.alice)),
    ' ',
    make('span', { class: `change ${kind}` }, how),
  ];
}

/** What if each of them left, or joined? */
export function showEffects(result: SweepResult, chosen: Committee): void {
  for (const [i, row] of rows().entries()) {
    const bob = result.market.bobs[i]!;
    row.classList.toggle('out', !chosen.bobs.includes(bob));
    row.querySelector('.effect')!.replaceChildren(...effect(result, chosen, bob));
  }
}
