/** The Bobs' normal form (Definition 7) for other solvers. */
import type { NormalForm } from '../report/nfg.ts';
import { strides, totalAt, utilityOf } from './profiles.ts';
import type { SolvedGame } from './solve.ts';

/** The game between the Bobs, Alice best-responding; payoffs are their expected utilities. */
export function normalForm({ game, lists, integers, played }: SolvedGame, title: string): NormalForm {
  const steps = strides(played.counts);
  const shown = new Map<string, string>();
  return {
    title,
    comment: 'Expected utilities of the Bobs in the conversation game; Alice best-responds, ties lexicographic',
    players: game.bobs.map(({ name }) => name),
    strategies: lists.map((rules) => rules.map(({ name }) => name)),
    payoffs(profile) {
      const rank = profile.reduce((all, rule, bob) => all + rule * steps[bob]!, 0);
      return game.bobs.map((_, bob) => {
        const total = totalAt(played, bob + 1, rank);
        const key = `${bob} ${total}`;
        let text = shown.get(key);
        if (text === undefined) {
          text = utilityOf(integers, bob + 1, total).toFraction();
          shown.set(key, text);
        }
        return text;
      });
    },
  };
}
