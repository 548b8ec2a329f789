// Window and weights of the search: envelopes, the linear relaxation by column generation, its master program by the
// revised simplex method. The algorithms of assembly/envelope.ts, master.ts, relaxation.ts, fill.ts and
// window.ts.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

/** Rows are overwritten at once: growing one does not fill it with zeros first. */
struct Unfilled : std::allocator<double> {
  template <class U> struct rebind { typedef Unfilled other; };
  void construct(double*) noexcept {}
  void construct(double* at, double value) noexcept { *at = value; }
};
typedef std::vector<double, Unfilled> Doubles;
const double INF = std::numeric_limits<double>::infinity();

int bobs, states;
std::vector<int> firstCell;
Doubles loss;
std::vector<Doubles> gains;  // by Bob
Doubles most;                // by Bob: his largest total

/** Corners: deficits, totals, and which corner's edge must be taken before a corner's own. */
struct Envelope {
  Doubles deficit, value;
  std::vector<int> before;
  int place;
  double foundDeficit = INF, foundTotal = 0;
  double below(double d) {
    while (place > 1 && deficit[place - 1] >= d) place--;
    return deficit[place - 1];
  }
  double total() const { return value[place - 1]; }
  double filled(double low);
  double fill(int start, int end, double low, int skip, double& needs) const;
};
struct Edge { double loss, value, slope; int from, to; };

/** The sign of a's slope less b's. Division rounds correctly: equal quotients alone need whole products. */
static int compareSlopes(const Edge& a, const Edge& b) {
  if (a.slope != b.slope) return a.slope < b.slope ? -1 : 1;
  __int128 left = (__int128)a.value * (__int128)b.loss, right = (__int128)b.value * (__int128)a.loss;
  return left < right ? -1 : left > right;
}

static Envelope envelope(const Doubles& value) {
  Envelope line;
  std::vector<Edge> edges;
  edges.reserve(loss.size());
  double top = 0;
  for (int s = 0; s < states; s++) {
    int begin = firstCell[s], end = firstCell[s + 1], at = begin;
    for (int c = begin; c < end; c++)
      if (loss[c] < loss[at] || (loss[c] == loss[at] && value[c] > value[at])) at = c;
    top += value[at];
    for (;;) {
      Edge best{0, 0, 0, at, -1};
      for (int to = begin; to < end; to++) {
        double run = loss[to] - loss[at], rise = value[to] - value[at];
        if (run <= 0 || rise <= 0) continue;
        Edge edge{run, rise, rise / run, at, to};
        int steeper = compareSlopes(edge, best);
        if (steeper > 0 || (steeper == 0 && run > best.loss)) best = edge;
      }
      if (best.to < 0) break;
      edges.push_back(best);
      at = best.to;
    }
  }
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return compareSlopes(a, b) > 0; });
  line.deficit.reserve(edges.size() + 1);
  line.value.reserve(edges.size() + 1);
  line.deficit.push_back(0);
  line.value.push_back(top);
  for (const Edge& edge : edges) {
    line.deficit.push_back(line.deficit.back() + edge.loss);
    line.value.push_back(line.value.back() + edge.value);
  }
  std::vector<int> marks(loss.size(), 0);
  line.before.assign(edges.size() + 1, 0);
  for (size_t k = 0; k < edges.size(); k++) {
    line.before[k + 1] = marks[edges[k].from];
    marks[edges[k].to] = k + 1;
  }
  line.place = edges.size() + 1;
  return line;
}

double Envelope::filled(double low) {
  if (foundDeficit <= low) return foundTotal;
  double best = total(), needs = deficit[place - 1];
  int count = deficit.size();
  if (place < count) {
    double slope = (value[place] - best) / (deficit[place] - needs), enough = best + slope * (low - needs) - 1;
    for (int start = place - 1; start >= 0 && start > place - 5 && best <= enough; start--) {
      double own, sum = fill(start, std::min(count, place + 32), low, place - 1 - start, own);
      if (sum > best) best = sum, needs = own;
    }
  }
  foundDeficit = needs;
  return foundTotal = best;
}

double Envelope::fill(int start, int end, double low, int skip, double& needs) const {
  double left = low - deficit[start], sum = value[start];
  unsigned long long taken = 0;
  for (int k = start + 1 + (skip > 0); k < end && left > 0; k++) {
    double run = deficit[k] - deficit[k - 1];
    if (run > left || (before[k] > start && !((taken >> (before[k] - start)) & 1))) continue;
    left -= run;
    sum += value[k] - value[k - 1];
    taken |= 1ull << (k - start);
  }
  needs = low - left;
  return sum;
}

/** Mixes of the schemes known: max t, Σ x a_j - t >= aim_j, Σ x a_K <= aim_K, Σ x = 1. */
class Master {
  static constexpr int SCHEMES = 128, T = -1;
  static constexpr double TOLERANCE = 1e-11, PIVOT = 1e-9;
  int k = bobs, n = bobs + 2, pivots = 0, placeOfT = 0;
  Doubles inverse, values, entering;
  std::vector<int> basis;
  std::vector<Doubles> columns;

  double* row(int i) { return &inverse[i * n]; }
  double product(const double* x, const double* y) const {
    double even = 0, odd = 0;
    int i = 0;
    for (; i + 2 <= n; i += 2) even += x[i] * y[i], odd += x[i + 1] * y[i + 1];
    if (i < n) even += x[i] * y[i];
    return even + odd;
  }
  double along(const double* x, int variable) const {
    if (variable >= 0) return product(x, columns[variable].data());
    return variable == -2 - k ? x[k] : -x[-2 - variable];
  }
  void revalue() {
    for (int i = 0; i < n; i++) values[i] = product(row(i), aim.data());
  }
  void pivot(int place, int variable) {
    for (int i = 0; i < n; i++) entering[i] = along(row(i), variable);
    double by = 1 / entering[place], *own = row(place);
    for (int c = 0; c < n; c++) own[c] *= by;
    double value = values[place] * by;
    for (int i = 0; i < n; i++) {
      if (i == place) continue;
      double share = entering[i], *other = row(i);
      for (int c = 0; c < n; c++) other[c] -= share * own[c];
      values[i] -= share * value;
    }
    values[place] = value;
    basis[place] = variable;
    pivots++;
  }
  void forget() {
    std::vector<Doubles> kept;
    for (int scheme = 0; scheme < (int)columns.size(); scheme++) {
      auto place = std::find(basis.begin(), basis.end(), scheme);
      if (scheme > 0 && place == basis.end()) continue;
      if (place != basis.end()) *place = kept.size();
      kept.push_back(columns[scheme]);
    }
    columns = std::move(kept);
  }

 public:
  Doubles aim;
  Master() : inverse(n * n), values(n), entering(n), basis(n), aim(n) {
    columns.reserve(SCHEMES);
    aim[k + 1] = 1;
  }
  void add(const Doubles& totals) {
    if (columns.size() == SCHEMES) forget();
    columns.push_back(totals);
    columns.back().push_back(1);
  }
  void start() {
    const Doubles& first = columns[0];
    int least = 0;
    for (int j = 1; j < k; j++)
      if (first[j] - aim[j] < first[least] - aim[least]) least = j;
    std::fill(inverse.begin(), inverse.end(), 0);
    for (int j = 0; j < k; j++) {
      row(j)[j] = -1;
      if (j != least) row(j)[least] = 1;
      row(j)[k + 1] = j == least ? first[j] : first[j] - first[least];
      basis[j] = j == least ? T : -2 - j;
    }
    row(k)[k] = 1;
    basis[k] = -2 - k;
    row(k + 1)[k + 1] = 1;
    basis[k + 1] = 0;
    pivots = 0;
    placeOfT = least;
    revalue();
  }
  void improve() {
    if (pivots > 500) start();
    for (int i = 0; i < 200; i++) {
      int variable = T, place = -1;
      double greatest = TOLERANCE, least = INF;
      for (int one = -2 - k; one < (int)columns.size(); one++) {
        if (one == T) continue;
        double gain = -along(row(placeOfT), one);
        if (gain > greatest) greatest = gain, variable = one;
      }
      if (variable == T) return;
      for (int r = 0; r < n; r++) {
        if (r == placeOfT) continue;
        double falls = along(row(r), variable);
        if (falls <= PIVOT || std::max(0.0, values[r]) >= least * falls) continue;
        least = std::max(0.0, values[r]) / falls;
        place = r;
      }
      if (place < 0) return;
      pivot(place, variable);
    }
  }
  void move() {
    revalue();
    for (int i = 0; i < 200; i++) {
      int place = -1, variable = T;
      double least = -TOLERANCE, ratio = INF;
      for (int r = 0; r < n; r++)
        if (r != placeOfT && values[r] < least) least = values[r], place = r;
      if (place < 0) return;
      for (int one = -2 - k; one < (int)columns.size(); one++) {
        if (one == T) continue;
        double rises = -along(row(place), one);
        if (rises <= PIVOT) continue;
        double cost = std::max(0.0, along(row(placeOfT), one));
        if (cost < ratio * rises) ratio = cost / rises, variable = one;
      }
      if (variable == T) break;
      pivot(place, variable);
    }
    start();
    improve();
  }
  double value() const { return values[placeOfT]; }
  void duals(Doubles& out) {
    double sum = 0, *own = row(placeOfT);
    for (int j = 0; j < k; j++) sum += std::max(0.0, -own[j]);
    for (int j = 0; j < k; j++) out[j] = std::max(0.0, -own[j]) / sum;
    out[k] = std::max(0.0, own[k]) / sum;
  }
};

/** The linear relaxation: for weights and a price, the scheme that bounds all others. */
struct Relaxation {
  Master master;
  Doubles units, aim, duals, best, totals, value;
  std::vector<int> choice;
  double bound = 0, bestBound = INF, error;
  int tried = 0;
  Relaxation() : units(bobs + 1), aim(bobs + 1), duals(bobs + 1), best(bobs + 1), totals(bobs + 1), value(loss.size()), choice(states) {
    double largest = 0;
    for (int s = 0; s < states; s++) largest += *std::max_element(&loss[firstCell[s]], &loss[firstCell[s + 1] - 1] + 1);
    for (int j = 0; j < bobs; j++) units[j] = 1 / std::max(1.0, most[j]);
    units[bobs] = 1 / std::max(1.0, largest);
    error = (states + 2 * bobs + 16) * 0x1p-52;
  }
  void begin() {
    for (int s = 0; s < states; s++)
      for (choice[s] = firstCell[s]; loss[choice[s]] != 0;) choice[s]++;
    total();
    master.add(totals);
    setAim();
    master.start();
    for (int j = 0; j < bobs; j++) duals[j] = 1.0 / bobs;
    duals[bobs] = 0;
  }
  void setAim() {
    for (int j = 0; j <= bobs; j++) master.aim[j] = aim[j] * units[j];
  }
  double dual(int j) const { return duals[j] * units[j]; }
  void total() {
    for (int j = 0; j <= bobs; j++) {
      const double* column = j < bobs ? gains[j].data() : loss.data();
      double even = 0, odd = 0;
      int s = 0;
      for (; s + 2 <= states; s += 2) even += column[choice[s]], odd += column[choice[s + 1]];
      if (s < states) even += column[choice[s]];
      totals[j] = (even + odd) * units[j];
    }
  }
  /** Returns the largest weighted total less the price. */
  double attempt() {
    size_t cells = loss.size();
    double* __restrict out = value.data();
    double price = dual(bobs);
    for (size_t c = 0; c < cells; c++) out[c] = -price * loss[c];
    int j = 0;
    for (; j + 4 <= bobs; j += 4) {
      double a = dual(j), b = dual(j + 1), c = dual(j + 2), d = dual(j + 3);
      const double *w = gains[j].data(), *x = gains[j + 1].data(), *y = gains[j + 2].data(), *z = gains[j + 3].data();
      for (size_t i = 0; i < cells; i++) out[i] += a * w[i] + b * x[i] + (c * y[i] + d * z[i]);
    }
    for (; j < bobs; j++) {
      double a = dual(j);
      const double* w = gains[j].data();
      for (size_t i = 0; i < cells; i++) out[i] += a * w[i];
    }
    double sum = 0;
    for (int s = 0; s < states; s++) {
      int at = firstCell[s];
      double highest = -INFINITY;
      for (int c = at; c < firstCell[s + 1]; c++) {
        const double own = loss[c] <= aim[bobs] ? out[c] : -INFINITY;
        at = own > highest ? c : at;
        highest = own > highest ? own : highest;
      }
      choice[s] = at;
      sum += highest;
    }
    total();
    bound = sum + price * aim[bobs];
    for (int i = 0; i < bobs; i++) bound -= dual(i) * aim[i];
    tried++;
    return sum;
  }
  double goOn() {
    master.add(totals);
    master.improve();
    master.duals(duals);
    return master.value();
  }
  /** Shares of the Bobs for which the bound at the aim is lowest. */
  void run() {
    begin();
    while (tried < 200) {
      attempt();
      if (bound < bestBound) bestBound = bound, best = duals;
      double least = goOn();
      if (bestBound - least <= std::max(1e-3 * std::abs(bestBound), error)) return;
    }
  }
};

struct Weighted { Doubles weights, value; };

static Weighted learnWeights(double d, const Doubles& threshold) {
  Relaxation relaxation;
  std::copy(threshold.begin(), threshold.end(), relaxation.aim.begin());
  relaxation.aim[bobs] = d;
  relaxation.run();
  Weighted learned;
  learned.value.assign(loss.size(), 0);
  for (int j = 0; j < bobs; j++) {
    learned.weights.push_back(std::round(relaxation.best[j] * 0x1p50 / std::max(1.0, most[j])));
    for (size_t c = 0; c < loss.size(); c++) learned.value[c] += learned.weights[j] * gains[j][c];
  }
  return learned;
}

/** Every stable scheme has at most this deficit. */
static double window() {
  double reach = INF;
  for (const Doubles& gain : gains) {
    double monopoly = 0;
    for (int s = 0; s < states; s++) {
      int best = firstCell[s];
      for (int c = firstCell[s]; c < firstCell[s + 1]; c++)
        if (gain[c] > gain[best] || (gain[c] == gain[best] && loss[c] > loss[best])) best = c;
      monopoly += loss[best];
    }
    reach = std::min(reach, monopoly);
  }
  if (reach == 0) return 0;
  std::vector<Envelope> lines;
  for (const Doubles& gain : gains) lines.push_back(envelope(gain));
  Relaxation relaxation;
  Doubles& aim = relaxation.aim;
  double high = reach, low, piece;
  auto lastCorner = [&] {
    double end = 0;
    for (Envelope& line : lines) end = std::max(end, line.below(high));
    return end;
  };
  auto cut = [&](double end) {
    low = std::max(end, high - piece);
    for (int j = 0; j < bobs; j++) aim[j] = lines[j].filled(low);
    aim[bobs] = high;
  };
  double end = lastCorner();
  piece = std::max(1.0, std::floor((high - end) / 64));
  cut(end);
  relaxation.begin();
  for (;;) {
    double value = relaxation.attempt() + relaxation.error;
    if (relaxation.bound >= -relaxation.error) {
      double least = relaxation.goOn();
      if (least >= -relaxation.error || relaxation.bound - least <= relaxation.error) return high;
      continue;
    }
    for (;;) {
      high = low;
      if (high == 0) return 0;
      if (high == end) {
        end = lastCorner();
        piece = std::max(1.0, std::floor((high - end) / 64));
      }
      double line = value + relaxation.dual(bobs) * high, needed = 0;
      for (int j = 0; j < bobs; j++) needed += relaxation.dual(j) * lines[j].total();
      if (line < needed) {
        low = end;
        continue;
      }
      cut(end);
      needed = 0;
      for (int j = 0; j < bobs; j++) needed += relaxation.dual(j) * aim[j];
      if (line >= needed) break;
    }
    relaxation.setAim();
    relaxation.master.move();
    relaxation.goOn();
  }
}
