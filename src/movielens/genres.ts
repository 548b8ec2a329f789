/** Counting over ratings: which films are rated most in a genre, who its fans are, and the mean ratings of both. */
import type { Movie } from './movies.ts';
import type { Ratings } from './ratings.ts';

/** A mean rating as a fraction of the top mark: `halfStars / (10 · count)`. */
export interface Mean {
  readonly halfStars: number;
  readonly count: number;
}

/** Half stars and count of every film's ratings, over all users. */
export function movieMeans(movies: readonly Movie[], ratings: Ratings): Mean[] {
  const halfStars = new Float64Array(movies.length);
  const count = new Float64Array(movies.length);
  for (const [at, movie] of ratings.movie.entries()) {
    halfStars[movie]! += ratings.halfStars[at]!;
    count[movie]!++;
  }
  return movies.map((_, i) => ({ halfStars: halfStars[i]!, count: count[i]! }));
}

/** The `top` films of a genre by number of ratings (ties: the one earlier in the file); unrated films do not count. */
export function mostRated(movies: readonly Movie[], means: readonly Mean[], genre: string, top: number): number[] {
  return [...movies.keys()]
    .filter((i) => movies[i]!.genres.includes(genre) && means[i]!.count > 0)
    .sort((a, b) => means[b]!.count - means[a]!.count || a - b)
    .slice(0, top);
}

/** Who is a fan: at least `ratings` ratings in the genre, and their mean at least `mean / meanUnit` stars. */
export interface FanRule {
  readonly ratings: number;
  readonly mean: number;
  readonly meanUnit: number;
}

/** By genre, whether each user is a fan. */
export function fansOf(
  movies: readonly Movie[],
  ratings: Ratings,
  genres: readonly string[],
  rule: FanRule,
): boolean[][] {
  const genresOf = movies.map((movie) => genres.flatMap((genre, g) => (movie.genres.includes(genre) ? [g] : [])));
  const fans = genres.map(() => new Array<boolean>(ratings.users).fill(false));
  for (let user = 0; user < ratings.users; user++) {
    const count = genres.map(() => 0);
    const halfStars = genres.map(() => 0);
    for (let at = ratings.start[user]!; at < ratings.start[user + 1]!; at++)
      for (const g of genresOf[ratings.movie[at]!]!) {
        count[g]!++;
        halfStars[g]! += ratings.halfStars[at]!;
      }
    for (const g of genres.keys())
      fans[g]![user] = count[g]! >= rule.ratings && halfStars[g]! * rule.meanUnit >= 2 * rule.mean * count[g]!;
  }
  return fans;
}

/** By genre, each film's ratings by that genre's fans alone. */
export function fanMeans(movies: readonly Movie[], ratings: Ratings, fans: readonly (readonly boolean[])[]): Mean[][] {
  const sums = fans.map(() => movies.map(() => ({ halfStars: 0, count: 0 })));
  for (let user = 0; user < ratings.users; user++) {
    const own = sums.filter((_, g) => fans[g]![user]);
    for (let at = ratings.start[user]!; at < ratings.start[user + 1]!; at++)
      for (const bob of own) {
        const sum = bob[ratings.movie[at]!]!;
        sum.halfStars += ratings.halfStars[at]!;
        sum.count++;
      }
  }
  return sums;
}
