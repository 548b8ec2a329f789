// Lists the obedient schemes of a market whose states share their policies, and finds the worst equilibrium of all Bobs
// among them (ties: strict). Usage: bayes MARKET RUNS; prints {"obedient", "worst", "seconds": [...]}.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <vector>

using Totals = std::vector<int64_t>;

struct Market {
  int bobs, states, policies;
  std::vector<std::vector<int64_t>> gains;  // by player, by cell
};

static Market readMarket(const char* file) {
  std::ifstream in(file);
  Market m;
  in >> m.bobs >> m.states;
  for (int s = 0; s < m.states; s++) in >> m.policies;
  m.gains.assign(m.bobs + 1, std::vector<int64_t>(m.states * m.policies));
  for (int cell = 0; cell < m.states * m.policies; cell++)
    for (auto& own : m.gains) in >> own[cell];
  return m;
}

struct Lister {
  const Market& m;
  std::vector<int64_t> regret, totals;
  std::vector<Totals> found;
  explicit Lister(const Market& market) : m(market), regret(market.policies * market.policies), totals(market.bobs + 1) {}

  void move(int s, int p, int sign) {
    const int at = s * m.policies;
    for (int player = 0; player <= m.bobs; player++) totals[player] += sign * m.gains[player][at + p];
    for (int n = 0; n < m.policies; n++)
      regret[p * m.policies + n] += sign * (m.gains[0][at + n] - m.gains[0][at + p]);
  }
  void choose(int s) {
    if (s == m.states) {
      for (auto gain : regret)
        if (gain > 0) return;
      found.push_back(totals);
      return;
    }
    for (int p = 0; p < m.policies; p++) {
      move(s, p, 1);
      choose(s + 1);
      move(s, p, -1);
    }
  }
};

static int64_t worst(std::vector<Totals>& all) {
  std::sort(all.begin(), all.end(), [](const Totals& a, const Totals& b) { return a[0] > b[0]; });
  Totals best(all[0].size(), -1);
  int64_t least = all[0][0];
  for (size_t i = 0; i < all.size();) {
    size_t end = i;
    while (end < all.size() && all[end][0] == all[i][0]) end++;
    for (size_t k = i; k < end; k++) {
      bool stable = true;
      for (size_t p = 1; p < best.size(); p++) stable = stable && all[k][p] >= best[p];
      if (stable) least = all[k][0];
    }
    for (size_t k = i; k < end; k++)
      for (size_t p = 1; p < best.size(); p++) best[p] = std::max(best[p], all[k][p]);
    i = end;
  }
  return least;
}

int main(int, char** argv) {
  const Market market = readMarket(argv[1]);
  const int runs = std::atoi(argv[2]);
  std::printf("{\"seconds\":[");
  size_t obedient = 0;
  int64_t least = 0;
  for (int run = 0; run < runs; run++) {
    const auto began = std::chrono::steady_clock::now();
    Lister lister(market);
    lister.choose(0);
    obedient = lister.found.size();
    least = worst(lister.found);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%s%.9f", run ? "," : "", took.count());
  }
  std::printf("],\"obedient\":%zu,\"worst\":%lld}\n", obedient, static_cast<long long>(least));
}
