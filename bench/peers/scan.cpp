// The scan of assembly/scan.ts in C++: the same sorted low half, runs, buckets, level table and odometer, i16 totals,
// vectorised by the compiler's vector extensions (tests and masks of a vector by SSE4.1 where there is one). Reads a
// market, prints the entries found and the seconds of each run as JSON.
// usage: scan FILE RUNS     FILE: bobs states, then per state its policies, then per cell Alice's and the Bobs' gains
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <vector>
#ifdef __SSE4_1__
#include <immintrin.h>
#endif

using Lane = int16_t;
typedef Lane Vector __attribute__((vector_size(16)));
struct Found { uint64_t count = 0; double least = 0; uint64_t rank = 0; double most = 0; uint64_t mostRank = 0; uint64_t cells = 0; };
// What the first states up to one add up to.
struct Row { Vector bobs{}; int alice = 0; uint64_t cells = 0; int cell = 0; };

int bobs, states;
std::vector<int> firstCell;
std::vector<std::vector<int>> gains;  // [player][cell]

#ifdef __SSE4_1__
static inline unsigned maskOf(Vector reached) {
  return _mm_movemask_epi8(_mm_packs_epi16((__m128i)reached, _mm_setzero_si128()));
}
static inline bool anyOf(Vector reached) { return !_mm_testz_si128((__m128i)reached, (__m128i)reached); }
#else
static inline unsigned maskOf(Vector reached) {
  unsigned mask = 0;
  for (int j = 0; j < 8; j++) mask |= (reached[j] & 1) << j;
  return mask;
}
static inline bool anyOf(Vector reached) { return maskOf(reached) != 0; }
#endif
static inline unsigned openMask(Vector best, Vector high, Vector row) { return maskOf((Vector)(best + high >= row)); }
static inline bool any(Vector best, Vector high, Vector row) { return anyOf((Vector)(best + high >= row)); }

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::ifstream in(argv[1]);
  in >> bobs >> states;
  firstCell.push_back(0);
  for (int s = 0, n; s < states; s++) { in >> n; firstCell.push_back(firstCell.back() + n); }
  gains.assign(bobs + 1, std::vector<int>(firstCell.back()));
  for (int c = 0; c < firstCell.back(); c++) for (int p = 0; p <= bobs; p++) in >> gains[p][c];
  auto policies = [&](int s) { return firstCell[s + 1] - firstCell[s]; };

  // Thresholds by dynamic programming over Alice's totals.
  int most = 0;
  for (int s = 0; s < states; s++) most += *std::max_element(&gains[0][firstCell[s]], &gains[0][firstCell[s + 1] - 1] + 1);
  std::vector<std::vector<int>> best(bobs, std::vector<int>(most + 2, -1));
  std::vector<char> isBreak(most + 2, 0);
  for (int j = 0; j < bobs; j++) {
    std::vector<int> now(most + 1, -1);
    now[0] = 0;
    for (int s = 0; s < states; s++) {
      std::vector<int> next(most + 1, -1);
      for (int c = firstCell[s]; c < firstCell[s + 1]; c++)
        for (int t = gains[0][c]; t <= most; t++)
          if (now[t - gains[0][c]] >= 0) next[t] = std::max(next[t], now[t - gains[0][c]] + gains[j + 1][c]);
      now = next;
    }
    // best[j][t]: largest total with Alice at t or more.
    for (int t = most; t >= 0; t--) {
      best[j][t] = std::max(best[j][t + 1], now[t]);
      if (best[j][t] > best[j][t + 1]) isBreak[t] = 1;
    }
  }
  std::vector<int> levelOf(most + 2), breaks;
  for (int t = 0; t <= most; t++) { if (isBreak[t]) breaks.push_back(t); levelOf[t] = breaks.size(); }
  std::vector<Vector> table(breaks.size() + 1);
  for (size_t level = 0; level <= breaks.size(); level++) {
    for (int j = 0; j < 8; j++) table[level][j] = 32767;
    for (int j = 0; j < bobs; j++) table[level][j] = level < breaks.size() ? best[j][breaks[level]] : -1;
  }

  int split = states - 1;
  uint64_t lowCount = policies(split);
  while (split > 0 && lowCount * policies(split - 1) <= 16384) lowCount *= policies(--split);
  uint64_t highCount = 1;
  for (int s = 0; s < split; s++) highCount *= policies(s);
  std::vector<std::vector<int>> lowTotals(bobs + 1, std::vector<int>(lowCount, 0));
  std::vector<uint64_t> cellsOf(lowCount, 0);
  for (uint64_t rank = 0; rank < lowCount; rank++) {
    uint64_t rest = rank;
    for (int s = states - 1; s >= split; s--) {
      int c = firstCell[s] + rest % policies(s);
      rest /= policies(s);
      for (int p = 0; p <= bobs; p++) lowTotals[p][rank] += gains[p][c];
      cellsOf[rank] |= 1ull << (c & 63);
    }
  }
  std::vector<uint32_t> order(lowCount);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t x, uint32_t y) { return std::pair(lowTotals[0][x], x) < std::pair(lowTotals[0][y], y); });
  std::vector<Vector> low(lowCount), runBest, bucketBest;
  std::vector<uint64_t> lowCells(lowCount);
  std::vector<int> runAlice, bucketAlice;
  std::vector<uint32_t> runStart, bucketStart;
  auto atLeast = [](Vector& into, Vector v) { for (int j = 0; j < 8; j++) into[j] = std::max(into[j], v[j]); };
  for (uint64_t i = 0; i < lowCount; i++) {
    low[i] = Vector{};
    for (int j = 0; j < bobs; j++) low[i][j] = lowTotals[j + 1][order[i]];
    lowCells[i] = cellsOf[order[i]];
    int alice = lowTotals[0][order[i]];
    if (runAlice.empty() || runAlice.back() != alice) {
      if (runAlice.size() % 8 == 0) { bucketStart.push_back(runAlice.size()); bucketAlice.push_back(alice); bucketBest.push_back(Vector{}); }
      runAlice.push_back(alice); runStart.push_back(i); runBest.push_back(Vector{});
      bucketAlice.back() = alice;
    }
    atLeast(runBest.back(), low[i]);
    atLeast(bucketBest.back(), low[i]);
  }
  runStart.push_back(lowCount);
  bucketStart.push_back(runAlice.size());

  std::vector<Vector> cellBobs(firstCell.back());
  for (int c = 0; c < firstCell.back(); c++)
    for (int j = 0; j < bobs; j++) cellBobs[c][j] = gains[j + 1][c];
  std::vector<Found> found(1 << bobs);
  std::vector<double> seconds;
  for (int run = 0; run < atoi(argv[2]); run++) {
    found.assign(1 << bobs, Found{});
    auto began = std::chrono::steady_clock::now();
    // Row s+1: states 0 … s together. The next combination changes the last rows only.
    std::vector<Row> row(split + 1);
    auto add = [&](int s, int c) {
      row[s + 1] = {row[s].bobs + cellBobs[c], row[s].alice + gains[0][c], row[s].cells | 1ull << (c & 63), c};
    };
    for (int s = 0; s < split; s++) add(s, firstCell[s]);
    for (uint64_t combination = 0; combination < highCount; combination++) {
      if (combination > 0) {
        int s = split - 1;
        while (row[s + 1].cell + 1 == firstCell[s + 1]) s--;
        add(s, row[s + 1].cell + 1);
        while (++s < split) add(s, firstCell[s]);
      }
      const Vector high = row[split].bobs;
      const int alice = row[split].alice;
      const uint64_t cells = row[split].cells;
      for (size_t bucket = 0; bucket < bucketAlice.size(); bucket++) {
        if (!any(bucketBest[bucket], high, table[levelOf[alice + bucketAlice[bucket]]])) continue;
        for (uint32_t r = bucketStart[bucket]; r < bucketStart[bucket + 1]; r++) {
          int total = alice + runAlice[r];
          Vector row = table[levelOf[total]];
          if (!any(runBest[r], high, row)) continue;
          for (uint32_t i = runStart[r]; i < runStart[r + 1]; i++) {
            unsigned mask = openMask(low[i], high, row);
            if (mask == 0) continue;
            uint64_t rank = combination * lowCount + order[i];
            Found& f = found[mask];
            if (f.count == 0 || total < f.least || (total == f.least && rank < f.rank)) { f.least = total; f.rank = rank; }
            if (f.count == 0 || total > f.most || (total == f.most && rank < f.mostRank)) { f.most = total; f.mostRank = rank; }
            f.count++;
            f.cells |= lowCells[i] | cells;
          }
        }
      }
    }
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  printf("{\"entries\":[");
  bool first = true;
  for (unsigned mask = 1; mask < found.size(); mask++)
    if (found[mask].count) {
      printf("%s[%u,%llu,%.0f,%llu]", first ? "" : ",", mask, (unsigned long long)found[mask].count, found[mask].least, (unsigned long long)found[mask].rank);
      first = false;
    }
  printf("],\"seconds\":[");
  for (size_t i = 0; i < seconds.size(); i++) printf("%s%.9f", i ? "," : "", seconds[i]);
  printf("]}\n");
}
