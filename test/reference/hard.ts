/**
 * A table built to be hard to search: Bobs in opposed pairs around a common taste that pays for Alice's losses, so that
 * thousands of levels neither hold a stable scheme nor can be proved empty; a last state makes all Bobs quarrel far
 * below OPT, so that none of them is the answer early.
 */
import { parseTable, type UtilityTable } from '../../src/market/table.ts';
import { random } from './families.ts';

export function hardTable(states: number, levels: number, slope: number): UtilityTable {
  const next = random(1);
  const whole = (most: number) => Math.floor(next() * most);
  const far = Math.floor((states * levels) / 8);
  const rows = ['state,policy,alice,A,B,C,D,E,F'];
  for (let s = 0; s < states; s++)
    for (let p = 0; p < 6; p++) {
      const loss = whole(levels);
      const pair = () => {
        const one = whole(100);
        return [slope * loss + one, slope * loss + 100 - one];
      };
      rows.push([`s${s}`, `p${p}`, levels - loss, ...pair(), ...pair(), ...pair()].join(','));
    }
  rows.push(`last,agree,${far},0,0,0,0,0,0`);
  for (let bob = 0; bob < 6; bob++)
    rows.push(
      [
        'last',
        `quarrel ${bob}`,
        0,
        ...Array.from({ length: 6 }, (_, j) => (j === bob ? 2 * slope * far + 500 * states : 0)),
      ].join(),
    );
  return parseTable(rows.join('\n'));
}
