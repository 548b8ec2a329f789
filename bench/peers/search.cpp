// The search of src/market/search in C++: window from envelopes, suffix tables (a row a deficit, or staircases where
// those are too long), levels, learned weights, depth-first search in rounds of growing budgets. Tie rule `strict`, the
// committee of all Bobs. Reads a market, prints the deficit found, the scheme, the trials and the seconds of each run.
// usage: search FILE RUNS     FILE: bobs states, then per state its policies, then per cell Alice's and the Bobs' gains
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using std::vector;
/** Rows are overwritten at once: growing one does not fill it with zeros first. */
struct Unfilled : std::allocator<double> {
  template <class U> struct rebind { typedef Unfilled other; };
  void construct(double*) noexcept {}
  void construct(double* at, double value) noexcept { *at = value; }
};
typedef vector<double, Unfilled> Doubles;
const double NONE = -std::numeric_limits<double>::infinity();
const double ROWS_BYTES = 1 << 28;

int bobs, states;
vector<int> firstCell;
Doubles loss;
vector<Doubles> gains;  // by Bob
Doubles most;           // by Bob: his largest total

struct Envelope { Doubles deficit, value; vector<int> to, from, start; };
struct Edge { int from, to; double loss, value; };
struct Weighted { Doubles weights, value; Envelope line; };

// Products of totals pass 2^53: compared as 128-bit integers.
static int compareSlopes(const Edge& a, const Edge& b) {
  __int128 left = (__int128)a.value * (__int128)b.loss, right = (__int128)b.value * (__int128)a.loss;
  return left < right ? -1 : left > right;
}

static Envelope envelope(const Doubles& value) {
  Envelope line;
  vector<Edge> edges;
  for (int s = 0; s < states; s++) {
    int begin = firstCell[s], end = firstCell[s + 1], at = begin;
    for (int c = begin; c < end; c++)
      if (loss[c] < loss[at] || (loss[c] == loss[at] && value[c] > value[at])) at = c;
    line.start.push_back(at);
    for (;;) {
      Edge best{-1, -1, 0, 0};
      for (int to = begin; to < end; to++) {
        Edge edge{at, to, loss[to] - loss[at], value[to] - value[at]};
        if (edge.loss <= 0 || edge.value <= 0) continue;
        int steeper = best.to < 0 ? 1 : compareSlopes(edge, best);
        if (steeper > 0 || (steeper == 0 && edge.loss > best.loss)) best = edge;
      }
      if (best.to < 0) break;
      edges.push_back(best);
      at = best.to;
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    int order = compareSlopes(b, a);
    return order < 0 || (order == 0 && a.to < b.to);
  });
  line.deficit.push_back(0);
  line.value.push_back(0);
  line.to.push_back(-1);
  line.from.push_back(-1);
  for (int cell : line.start) line.value[0] += value[cell];
  for (const Edge& edge : edges) {
    line.deficit.push_back(line.deficit.back() + edge.loss);
    line.value.push_back(line.value.back() + edge.value);
    line.to.push_back(edge.to);
    line.from.push_back(edge.from);
  }
  return line;
}

static size_t cornersBelow(const Envelope& line, double d, bool inclusive) {
  auto begin = line.deficit.begin(), end = line.deficit.end();
  return (inclusive ? std::upper_bound(begin, end, d) : std::lower_bound(begin, end, d)) - begin;
}

static double envelopeAt(const Envelope& line, double d) {
  size_t after = cornersBelow(line, d, true);
  if (after == line.deficit.size()) return line.value.back();
  double share = (d - line.deficit[after - 1]) / (line.deficit[after] - line.deficit[after - 1]);
  return line.value[after - 1] + share * (line.value[after] - line.value[after - 1]);
}

static Doubles along(const Envelope& line, double d) {
  size_t after = cornersBelow(line, d, true);
  bool between = after < line.deficit.size();
  double share = between ? (d - line.deficit[after - 1]) / (line.deficit[after] - line.deficit[after - 1]) : 0;
  Doubles totals;
  for (const Doubles& gain : gains) {
    double sum = 0;
    for (int cell : line.start) sum += gain[cell];
    for (size_t i = 1; i < after; i++) sum += gain[line.to[i]] - gain[line.from[i]];
    totals.push_back(share > 0 ? sum + share * (gain[line.to[after]] - gain[line.from[after]]) : sum);
  }
  return totals;
}

static double dot(const Doubles& a, const Doubles& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

static Weighted learnWeights(double d, const Doubles& threshold) {
  Doubles share(bobs, 1.0 / bobs);
  Weighted best;
  double bestMargin = std::numeric_limits<double>::infinity();
  for (int step = 1; step <= 60; step++) {
    Weighted tried;
    for (int j = 0; j < bobs; j++) tried.weights.push_back(std::round(share[j] * 0x1p50 / std::max(1.0, most[j])));
    tried.value.assign(loss.size(), 0);
    for (int j = 0; j < bobs; j++)
      for (size_t c = 0; c < loss.size(); c++) tried.value[c] += tried.weights[j] * gains[j][c];
    tried.line = envelope(tried.value);
    Doubles margins = along(tried.line, d);
    double largest = 0;
    for (int j = 0; j < bobs; j++) {
      margins[j] = (margins[j] - threshold[j]) / std::max(1.0, most[j]);
      largest = std::max(largest, std::abs(margins[j]));
    }
    double margin = dot(share, margins), sum = 0;
    if (margin < bestMargin) {
      best = std::move(tried);
      bestMargin = margin;
    }
    if (largest == 0) break;
    for (int j = 0; j < bobs; j++) sum += share[j] *= std::exp(-2 * margins[j] / (largest * std::sqrt(step)));
    for (double& own : share) own /= sum;
  }
  return best;
}

/** Every stable scheme has at most this deficit. */
static double window() {
  vector<Envelope> lines;
  std::set<double, std::greater<double>> ends;
  double reach = std::numeric_limits<double>::infinity();
  for (const Doubles& gain : gains) {
    lines.push_back(envelope(gain));
    ends.insert(lines.back().deficit.begin(), lines.back().deficit.end());
    double monopoly = 0;
    for (int s = 0; s < states; s++) {
      int best = firstCell[s];
      for (int c = firstCell[s]; c < firstCell[s + 1]; c++)
        if (gain[c] > gain[best] || (gain[c] == gain[best] && loss[c] > loss[best])) best = c;
      monopoly += loss[best];
    }
    reach = std::min(reach, monopoly);
  }
  auto proved = [&](double d) {
    Doubles thresholds;
    for (const Envelope& line : lines) {
      size_t below = cornersBelow(line, d, false);
      thresholds.push_back(line.value[below > 0 ? below - 1 : 0]);
    }
    return thresholds;
  };
  auto excludes = [&](const Weighted& direction, const Doubles& thresholds, double d) {
    double reached = envelopeAt(direction.line, d);
    return reached + 1e-9 * std::abs(reached) < dot(direction.weights, thresholds);
  };
  vector<Weighted> directions;
  while (reach > 0 && directions.size() < 16) {
    Doubles thresholds = proved(reach);
    directions.push_back(learnWeights(reach, thresholds));
    if (!excludes(directions.back(), thresholds, reach)) break;
    double next = 0;
    for (double end : ends) {
      if (end >= reach) continue;
      Doubles there = proved(end);
      if (std::none_of(directions.begin(), directions.end(), [&](const Weighted& one) { return excludes(one, there, end); })) {
        next = end;
        break;
      }
    }
    reach = next;
  }
  return reach;
}

/** Suffix tables of one direction: a value a deficit, or (deficits not empty) staircases. */
struct Table {
  Doubles value;
  vector<Doubles> rows, deficits;
  Doubles highest;  // of row 0, running maximum
  bool stairs() const { return !deficits.empty(); }
  size_t upTo(double d) const {
    if (!stairs()) return std::min<double>(std::floor(d) + 1, rows[0].size());
    return std::upper_bound(deficits[0].begin(), deficits[0].end(), d) - deficits[0].begin();
  }
  double exactly(double d) const {
    size_t n = upTo(d);
    return n == 0 || (stairs() ? deficits[0][n - 1] : n - 1) != d ? NONE : rows[0][n - 1];
  }
  double atMost(double d) const { size_t n = d < 0 ? 0 : upTo(d); return n == 0 ? NONE : highest[n - 1]; }
  double bound(double d) const { return stairs() ? atMost(d) : exactly(d); }
};

static vector<int> widths(double reach) {
  vector<int> width(states + 1, 1);
  double sum = 0;
  for (int s = states - 1; s >= 0; s--) {
    sum += *std::max_element(&loss[firstCell[s]], &loss[firstCell[s + 1] - 1] + 1);
    width[s] = std::min(reach, sum) + 1;
  }
  return width;
}

static Table tableOf(const Doubles& value, double reach, bool stairs) {
  Table table;
  table.value = value;
  table.rows.assign(states + 1, Doubles{0});
  if (stairs) table.deficits.assign(states + 1, Doubles{0});
  vector<int> width = stairs ? vector<int>() : widths(reach);
  for (int s = states - 1; s >= 0; s--) {
    int begin = firstCell[s], policies = firstCell[s + 1] - begin;
    const Doubles& from = table.rows[s + 1];
    Doubles& into = table.rows[s];
    if (!stairs) {
      into.resize(width[s]);
      for (int start = 0; start < width[s]; start += 2048) {
        int end = std::min(start + 2048, width[s]);
        std::fill(&into[start], &into[0] + end, NONE);
        for (int p = 0; p < policies; p++) {
          if (loss[begin + p] >= end) continue;
          int by = loss[begin + p], first = std::max(start, by), last = std::min<long>(end, (long)by + from.size());
          double add = value[begin + p];
          double* __restrict out = into.data();
          const double* __restrict in = from.data() - by;
          for (int d = first; d < last; d++) out[d] = in[d] + add > out[d] ? in[d] + add : out[d];
        }
      }
      continue;
    }
    const Doubles& before = table.deficits[s + 1];
    Doubles& deficits = table.deficits[s];
    into.clear();
    deficits.clear();
    vector<size_t> head(policies, 0);
    for (double best = NONE;;) {
      double deficit = std::numeric_limits<double>::infinity(), highest = NONE;
      for (int p = 0; p < policies; p++)
        if (head[p] < before.size()) deficit = std::min(deficit, before[head[p]] + loss[begin + p]);
      if (deficit > reach) break;
      for (int p = 0; p < policies; p++)
        if (head[p] < before.size() && before[head[p]] + loss[begin + p] == deficit)
          highest = std::max(highest, from[head[p]++] + value[begin + p]);
      if (highest < best) continue;
      best = highest;
      deficits.push_back(deficit);
      into.push_back(highest);
    }
  }
  table.highest = table.rows[0];
  for (size_t d = 1; d < table.highest.size(); d++) table.highest[d] = std::max(table.highest[d], table.highest[d - 1]);
  return table;
}

static double staircaseAt(const Doubles& deficits, const Doubles& values, double d, bool exact) {
  size_t n = std::upper_bound(deficits.begin(), deficits.end(), d) - deficits.begin();
  return n == 0 || (exact && deficits[n - 1] != d) ? NONE : values[n - 1];
}

/** The depth-first search on one level: OK (none), FOUND (in `choice`) or PAUSED after `budget` trials. */
enum Status { OK, FOUND, PAUSED };
struct Search {
  const vector<const Table*>& tables;
  Doubles threshold, left, have;
  vector<int> choice;
  long trials = 0;
  Search(const vector<const Table*>& tables, double deficit, Doubles threshold)
      : tables(tables), threshold(std::move(threshold)), left(states + 1, deficit), have((states + 1) * tables.size(), 0), choice(states, 0) {}
  Status run(long budget) {
    size_t directions = tables.size();
    int s = 0, cell = firstCell[0];
    while (true) {
      if (cell == firstCell[s + 1]) {
        if (s == 0) return OK;
        s--;
        cell = choice[s] + 1;
        continue;
      }
      if (budget-- <= 0) return PAUSED;
      trials++;
      double rest = left[s] - loss[cell];
      size_t k = 0;
      if (rest >= 0 && (tables[0]->stairs() || rest < tables[0]->rows[s + 1].size())) {
        for (; k < directions; k++) {
          const Table& table = *tables[k];
          double sum = have[s * directions + k] + table.value[cell];
          have[(s + 1) * directions + k] = sum;
          double best = table.stairs() ? staircaseAt(table.deficits[s + 1], table.rows[s + 1], rest, (int)k < bobs)
                        : rest < table.rows[s + 1].size() ? table.rows[s + 1][rest] : NONE;
          if (sum + best < threshold[k]) break;
        }
        if (k == directions) {
          choice[s] = cell;
          if (s + 1 == states) return FOUND;
          left[++s] = rest;
          cell = firstCell[s];
          continue;
        }
      }
      cell++;
    }
  }
};

struct Answer { double found = 0; vector<int> choice; long trials = 0; };

static Answer worst() {
  Answer answer;
  for (int s = 0; s < states; s++) {
    int best = firstCell[s];
    while (loss[best] != 0) best++;
    answer.choice.push_back(best);
  }
  double reach = window();
  if (reach <= 0) return answer;
  vector<int> width = widths(reach);
  bool stairs = 8 * std::accumulate(width.begin(), width.end(), 0.0) > ROWS_BYTES;
  vector<Table> own;
  for (const Doubles& gain : gains) own.push_back(tableOf(gain, reach, stairs));
  auto thresholds = [&](double d) {
    Doubles all;
    for (const Table& table : own) all.push_back(table.atMost(d - 1));
    return all;
  };
  Doubles candidates;
  const Table& one = own[0];
  for (long i = (long)one.upTo(reach) - 1; i >= 0; i--) {
    double d = stairs ? one.deficits[0][i] : i;
    if (d <= 0) continue;
    bool open = true;
    for (const Table& table : own) open = open && table.exactly(d) >= table.atMost(d - 1);
    if (open) candidates.push_back(d);
  }
  vector<Weighted> learned;
  vector<Table> sums;
  learned.reserve(8);
  sums.reserve(8);
  auto learn = [&](double d) {
    learned.push_back(learnWeights(d, thresholds(d)));
    sums.push_back(tableOf(learned.back().value, reach, stairs));
    std::erase_if(candidates, [&](double one) { return sums.back().bound(one) < dot(learned.back().weights, thresholds(one)); });
  };
  if (candidates.size() > 32) learn(candidates[0]);
  for (long budget = 4096; !candidates.empty(); budget *= 4) {
    Doubles undecided;
    vector<const Table*> tables;
    for (const Table& table : own) tables.push_back(&table);
    for (const Table& table : sums) tables.push_back(&table);
    for (double d : candidates) {
      Doubles needed = thresholds(d);
      for (const Weighted& direction : learned) needed.push_back(dot(direction.weights, thresholds(d)));
      Search search(tables, d, needed);
      Status status = search.run(budget);
      answer.trials += search.trials;
      if (status == PAUSED) undecided.push_back(d);
      if (status != FOUND) continue;
      answer.found = d;
      answer.choice = search.choice;
      break;
    }
    candidates = undecided;
    if (!candidates.empty() && sums.size() < 8) learn(candidates[0]);
  }
  return answer;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
#ifdef __GLIBC__
  // Memory of one run serves the next: its pages are not asked for again.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  std::ifstream in(argv[1]);
  in >> bobs >> states;
  firstCell.push_back(0);
  for (int s = 0, n; s < states; s++) { in >> n; firstCell.push_back(firstCell.back() + n); }
  gains.assign(bobs, Doubles(firstCell.back()));
  loss.assign(firstCell.back(), 0);
  for (int c = 0; c < firstCell.back(); c++) {
    in >> loss[c];
    for (int j = 0; j < bobs; j++) in >> gains[j][c];
  }
  most.assign(bobs, 0);
  for (int s = 0; s < states; s++) {
    double best = *std::max_element(&loss[firstCell[s]], &loss[firstCell[s + 1] - 1] + 1);
    for (int c = firstCell[s]; c < firstCell[s + 1]; c++) loss[c] = best - loss[c];
    for (int j = 0; j < bobs; j++) most[j] += *std::max_element(&gains[j][firstCell[s]], &gains[j][firstCell[s + 1] - 1] + 1);
  }
  Answer answer;
  printf("{\"seconds\":[");
  for (int run = 0; run < atoi(argv[2]); run++) {
    auto began = std::chrono::steady_clock::now();
    answer = worst();
    printf("%s%.9f", run ? "," : "", std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  printf("],\"found\":%.0f,\"trials\":%ld,\"scheme\":[", answer.found, answer.trials);
  for (int s = 0; s < states; s++) printf("%s%d", s ? "," : "", answer.choice[s] - firstCell[s]);
  printf("]}\n");
}
