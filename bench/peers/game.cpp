// The profiles of a conversation game in C++, by the same search as assembly/conversation.ts and questions.ts, for games of
// one round whose rules do not randomise. Reads a game in integers, prints the totals' checksum and the seconds of each run.
// usage: game FILE RUNS     FILE: bobs featuresA featuresB states actions messagesA messagesB, the rules of each Bob, then
// prior[xA][xB][y], gain[xA][xB][a], utility[player][a][y], says[rule][xB][mA], skip[rule][mA], kinds[rule][xB]
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

static const int MEMORY = 32;
int k, nA, nB, nY, A, MA, MB;
std::vector<int> firstRule, says, skip, kinds, played, joint, jointKinds, labels, bestLabels, seen, seenCount, pairs;
std::vector<double> prior, gain, utility, induced, totals;
double best, enough;

static int relabel(const int* from, const int* second, int stride, int seconds, int* to, int blocks) {
  std::memset(pairs.data(), 0, sizeof(int) * blocks * seconds);
  int found = 0;
  for (int x = 0; x < nB; x++) {
    if (from[x] < 0) { to[x] = -1; continue; }
    int& pair = pairs[from[x] * seconds + second[x * stride]];
    if (pair == 0) pair = ++found;
    to[x] = pair - 1;
  }
  return found;
}

static double value(int xA, const int* label, int blocks) {
  std::memset(totals.data(), 0, sizeof(double) * blocks * A);
  for (int x = 0; x < nB; x++) {
    if (label[x] < 0) continue;
    const double* g = &gain[(xA * nB + x) * A];
    double* t = &totals[label[x] * A];
    for (int a = 0; a < A; a++) t[a] += g[a];
  }
  double sum = 0;
  for (int block = 0; block < blocks; block++) {
    double most = totals[block * A];
    for (int a = 1; a < A; a++) if (totals[block * A + a] > most) most = totals[block * A + a];
    sum += most;
  }
  return sum;
}

static bool known(int bob) {
  const int* label = &labels[bob * nB];
  int* first = &seen[bob * MEMORY * nB];
  for (int n = 0; n < seenCount[bob]; n++) if (!std::memcmp(first + n * nB, label, sizeof(int) * nB)) return true;
  if (seenCount[bob] < MEMORY) std::memcpy(first + seenCount[bob]++ * nB, label, sizeof(int) * nB);
  return false;
}

static void ask(int xA, int bob, int blocks) {
  const int* label = &labels[bob * nB];
  if (bob == k || blocks == jointKinds[k]) {
    double v = value(xA, label, blocks);
    if (v > best) { best = v; std::memcpy(bestLabels.data(), label, sizeof(int) * nB); }
    return;
  }
  int rule = played[bob];
  for (int m = 0; m < MA; m++) {
    if (skip[rule * MA + m]) continue;
    int found = relabel(label, &says[rule * nB * MA + m], MA, MB, &labels[(bob + 1) * nB], blocks);
    if (known(bob + 1)) continue;
    ask(xA, bob + 1, found);
    if (best >= enough) return;
  }
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::ifstream in(argv[1]);
  in >> k >> nA >> nB >> nY >> A >> MA >> MB;
  firstRule.push_back(0);
  for (int b = 0, n; b < k; b++) { in >> n; firstRule.push_back(firstRule.back() + n); }
  int rules = firstRule.back();
  auto read = [&](auto& all, size_t n) { all.resize(n); for (auto& v : all) in >> v; };
  read(prior, nA * nB * nY); read(gain, nA * nB * A); read(utility, (1 + k) * A * nY);
  read(says, rules * nB * MA); read(skip, rules * MA); read(kinds, rules * nB);
  played.resize(k); joint.assign((k + 1) * nB, 0); jointKinds.assign(k + 1, 1); labels.resize((k + 1) * nB);
  bestLabels.resize(nB); seen.resize((k + 1) * MEMORY * nB); seenCount.resize(k + 1);
  pairs.resize(nB * (nB > MB ? nB : MB)); induced.resize(A * nY); totals.resize(nB * A);
  uint64_t profiles = 1;
  for (int b = 0; b < k; b++) profiles *= firstRule[b + 1] - firstRule[b];

  std::vector<double> seconds;
  std::vector<double> sums(1 + k);
  for (int run = 0; run < std::atoi(argv[2]); run++) {
    auto began = std::chrono::steady_clock::now();
    for (int b = 0; b < k; b++) played[b] = firstRule[b];
    std::fill(sums.begin(), sums.end(), 0);
    int changed = 0;
    for (uint64_t p = 0; p < profiles; p++) {
      if (p > 0)
        for (changed = k - 1; changed >= 0; changed--) {
          if (++played[changed] < firstRule[changed + 1]) break;
          played[changed] = firstRule[changed];
        }
      for (int b = changed; b < k; b++)
        jointKinds[b + 1] = relabel(&joint[b * nB], &kinds[played[b] * nB], 1, nB, &joint[(b + 1) * nB], jointKinds[b]);
      std::fill(induced.begin(), induced.end(), 0);
      for (int xA = 0; xA < nA; xA++) {
        bool possible = false;
        for (int x = 0; x < nB; x++) {
          double mass = 0;
          for (int y = 0; y < nY; y++) mass += prior[(xA * nB + x) * nY + y];
          labels[x] = mass > 0 ? 0 : -1;
          possible |= mass > 0;
        }
        if (!possible) continue;
        enough = value(xA, &joint[k * nB], jointKinds[k]);
        best = -1e300;
        std::fill(seenCount.begin(), seenCount.end(), 0);
        ask(xA, 0, 1);
        int blocks = 0;
        for (int x = 0; x < nB; x++) if (bestLabels[x] >= blocks) blocks = bestLabels[x] + 1;
        value(xA, bestLabels.data(), blocks);
        for (int x = 0; x < nB; x++) {
          if (bestLabels[x] < 0) continue;
          const double* t = &totals[bestLabels[x] * A];
          int action = 0;
          for (int a = 1; a < A; a++) if (t[a] > t[action]) action = a;
          for (int y = 0; y < nY; y++) induced[action * nY + y] += prior[(xA * nB + x) * nY + y];
        }
      }
      // Weighted by the rank, so that the order counts.
      for (int player = 0; player <= k; player++) {
        double total = 0;
        for (int cell = 0; cell < A * nY; cell++) total += induced[cell] * utility[player * A * nY + cell];
        sums[player] += total * (double)(p % 1021);
      }
    }
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  std::printf("{\"sums\":[");
  for (int player = 0; player <= k; player++) std::printf("%s%.0f", player ? "," : "", sums[player]);
  std::printf("],\"seconds\":[");
  for (size_t i = 0; i < seconds.size(); i++) std::printf("%s%.9f", i ? "," : "", seconds[i]);
  std::printf("]}\n");
}
