// The search of src/market/search in C++: window and weights (search-window.hpp), suffix tables (a row a deficit, or
// staircases where those are too long), levels, depth-first search in rounds of growing budgets. Tie rule `strict`, the
// committee of all Bobs. Reads a market, prints the deficit found, the scheme, the trials and the seconds of each run.
// usage: search FILE RUNS     FILE: bobs states, then per state its policies, then per cell Alice's and the Bobs' gains
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include "search-window.hpp"

using std::vector;
const double NONE = -INF;
const double ROWS_BYTES = 1 << 28;

static double dot(const Doubles& a, const Doubles& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

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
        double* __restrict out = into.data();
        auto raise = [&](int cell, int low, int high) {
          if (loss[cell] >= high) return;
          int by = loss[cell], first = std::max(low, by), last = std::min<long>(high, (long)by + from.size());
          double add = value[cell];
          const double* __restrict in = from.data() - by;
          for (int d = first; d < last; d++) out[d] = in[d] + add > out[d] ? in[d] + add : out[d];
        };
        int p = begin;
        // Four policies in one pass over the deficits that all of them reach.
        for (; p + 4 <= begin + policies; p += 4) {
          double furthest = *std::max_element(&loss[p], &loss[p] + 4), nearest = *std::min_element(&loss[p], &loss[p] + 4);
          int first = std::min<double>(end, std::max<double>(start, furthest));
          int last = std::max<double>(first, std::min<double>(end, nearest + from.size()));
          for (int q = p; q < p + 4; q++) raise(q, start, first);
          double a = value[p], b = value[p + 1], c = value[p + 2], e = value[p + 3];
          const double* __restrict w = from.data() - (long)loss[p];
          const double* __restrict x = from.data() - (long)loss[p + 1];
          const double* __restrict y = from.data() - (long)loss[p + 2];
          const double* __restrict z = from.data() - (long)loss[p + 3];
          for (int d = first; d < last; d++) {
            double one = w[d] + a > x[d] + b ? w[d] + a : x[d] + b, two = y[d] + c > z[d] + e ? y[d] + c : z[d] + e;
            double best = one > two ? one : two;
            out[d] = best > out[d] ? best : out[d];
          }
          for (int q = p; q < p + 4; q++) raise(q, last, end);
        }
        for (; p < begin + policies; p++) raise(p, start, end);
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
