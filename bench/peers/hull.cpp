// The hull kernels in native C++: Gram matrices of folds, and NNLS and simplex fits over nested prefixes by the same
// warm-started active set on Gram matrices, vectors of four doubles. Usage: hull <input> <repetitions>.
// Input: int32 items, bobs, folds, orders, then doubles items × (bobs + 1), int32 fold of each item, int32 orders.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

typedef double v4 __attribute__((vector_size(32), aligned(8)));
static inline v4 at(const double *p) { return *(const v4 *)p; }

static inline double dot(const double *x, const double *y, int n) {
  v4 sum = {0, 0, 0, 0};
  int i = 0;
  for (; i + 4 <= n; i += 4) sum += at(x + i) * at(y + i);
  double rest = (sum[0] + sum[2]) + (sum[1] + sum[3]);
  for (; i < n; i++) rest += x[i] * y[i];
  return rest;
}

// Gram matrix of the packed columns: groups of four columns, contiguous over rows.
static void gram(const double *rows, int count, int stride, std::vector<double> &packed, double *out) {
  for (int g = 0; g < stride; g += 4)
    for (int r = 0; r < count; r++) std::memcpy(&packed[(size_t)g * count + 4 * r], rows + (size_t)r * stride + g, 32);
  for (int i = 0; i < stride; i += 4)
    for (int j = i; j < stride; j += 4) {
      v4 a = {}, b = {}, c = {}, d = {};
      const double *l = &packed[(size_t)i * count], *r = &packed[(size_t)j * count];
      for (int k = 0; k < count; k++, l += 4, r += 4) {
        v4 y = at(r);
        a += l[0] * y, b += l[1] * y, c += l[2] * y, d += l[3] * y;
      }
      double *o = out + (size_t)i * stride + j;
      *(v4 *)o += a, *(v4 *)(o + stride) += b, *(v4 *)(o + 2 * stride) += c, *(v4 *)(o + 3 * stride) += d;
    }
}

struct Problem {
  int n;
  const double *g, *b, *t, *tb;
  double yy, tyy, items, shift;
  std::vector<double> inverse, flat, error;
};

static const double ENTER = 1e-12, PIVOT = 1e-12, LARGE = 1e-6;
enum { OUTSIDE, INACTIVE, ACTIVE, BARRED };

struct Fit {
  int n, p;
  bool simplex, moved;
  double level, mse;
  int large;
  std::vector<int> active, role;
  std::vector<double> w, z, ones, trial, gradient, turns, factor;
  Fit(int n, bool simplex)
      : n(n), simplex(simplex), active(n), role(n), w(n), z(n), ones(n), trial(n), gradient(n), turns(2 * n), factor(n * (n + 1) / 2) {}
  double *row(int i) { return &factor[i * (i + 1) / 2]; }

  void start(const Problem &q) {
    p = 0, level = 0, moved = true;
    std::fill(role.begin(), role.end(), OUTSIDE);
    std::copy(q.b, q.b + n, gradient.begin());
  }
  bool enter(const Problem &q, int j) {
    double shift = simplex ? q.shift : 0, *r = row(p);
    const double *column = q.g + (size_t)j * n;
    for (int i = 0; i < p; i++) r[i] = column[active[i]] + shift;
    for (int i = 0; i < p; i++) r[i] = (r[i] - dot(row(i), r, i)) * row(i)[i];
    double square = column[j] + shift, pivot = square - dot(r, r, p);
    if (!(pivot > PIVOT * square)) return false;
    double inverse = 1 / std::sqrt(pivot);
    r[p] = inverse;
    z[p] = (q.b[j] + shift - dot(r, z.data(), p)) * inverse;
    ones[p] = simplex ? (1 - dot(r, ones.data(), p)) * inverse : 0;
    active[p] = j, w[p] = 0, role[j] = ACTIVE, p++;
    return true;
  }
  void turn(std::vector<double> &v, int r) {
    double x = v[r];
    for (int k = r; k < p - 1; k++) {
      double c = turns[2 * k], s = turns[2 * k + 1], next = v[k + 1];
      v[k] = c * x + s * next, x = c * next - s * x;
    }
  }
  void leave(int r) {
    for (int i = r + 1; i < p; i++) {
      double *from = row(i), *to = row(i - 1), x = from[r];
      std::copy(from, from + r, to);
      for (int k = r; k < i - 1; k++) {
        double c = turns[2 * k], s = turns[2 * k + 1], next = from[k + 1];
        to[k] = c * x + s * next, x = c * next - s * x;
      }
      double last = 1 / from[i], length = std::sqrt(x * x + last * last);
      turns[2 * (i - 1)] = x / length, turns[2 * (i - 1) + 1] = last / length, to[i - 1] = 1 / length;
    }
    turn(z, r), turn(ones, r);
    role[active[r]] = INACTIVE;
    active.erase(active.begin() + r), active.push_back(0);
    w.erase(w.begin() + r), w.push_back(0);
    p--;
  }
  void solve() {
    double l = simplex ? (dot(ones.data(), z.data(), p) - 1) / dot(ones.data(), ones.data(), p) : 0;
    for (int i = 0; i < p; i++) trial[i] = z[i] - l * ones[i];
    for (int i = p - 1; i >= 0; i--) {
      double *r = row(i), value = trial[i] *= r[i];
      for (int k = 0; k < i; k++) trial[k] -= value * r[k];
    }
  }
  bool advance() {
    double share = 2;
    int blocking = -1;
    for (int i = 0; i < p; i++)
      if (!(trial[i] > 0)) {
        double ratio = w[i] > trial[i] ? w[i] / (w[i] - trial[i]) : 0;
        if (ratio < share) share = ratio, blocking = i;
      }
    if (blocking < 0) return std::copy(trial.begin(), trial.begin() + p, w.begin()), true;
    for (int i = 0; i < p; i++) w[i] += share * (trial[i] - w[i]);
    for (int i = p - 1; i >= 0; i--)
      if (i == blocking || w[i] <= 0) leave(i);
    return false;
  }
  void settle(const Problem &q) {
    while (!advance()) solve();
    if (simplex) {
      double sum = 0;
      for (int i = 0; i < p; i++) sum += w[i];
      for (int i = 0; i < p; i++) w[i] /= sum;
    }
    double *g = gradient.data();
    std::memcpy(g, q.b, 8 * n);
    int i = 0;
    for (; i + 2 <= p; i += 2) {
      const double *x = q.g + (size_t)active[i] * n, *y = q.g + (size_t)active[i + 1] * n;
      double a = w[i], b = w[i + 1];
      for (int k = 0; k < n; k++) g[k] -= a * x[k] + b * y[k];
    }
    for (; i < p; i++) {
      const double *x = q.g + (size_t)active[i] * n;
      for (int k = 0; k < n; k++) g[k] -= w[i] * x[k];
    }
    if (simplex) {
      level = 0;
      for (int i = 0; i < p; i++) level += w[i] * gradient[active[i]];
    }
    moved = true;
  }
  int scan(const double *inverse, bool changed) {
    double most = ENTER;
    int chosen = -1;
    for (int j = 0; j < n; j++) {
      if (role[j] == OUTSIDE || role[j] == ACTIVE) continue;
      if (role[j] == BARRED && changed) role[j] = INACTIVE;
      double relative = (gradient[j] - level) * inverse[j];
      if (relative > most && role[j] == INACTIVE) most = relative, chosen = j;
    }
    return chosen;
  }
  void extend(const Problem &q, int j) {
    const double *inverse = simplex ? q.flat.data() : q.inverse.data();
    role[j] = INACTIVE;
    int chosen = (gradient[j] - level) * inverse[j] > ENTER ? j : -1;
    if (simplex && p == 0) {
      enter(q, j), solve(), settle(q);
      chosen = -1;
    }
    for (int left = 3 * n + 16; chosen >= 0 && left > 0; left--) {
      bool changed = false;
      if (!enter(q, chosen)) role[chosen] = BARRED;
      else {
        solve();
        if (!(trial[p - 1] > 0)) p--, role[chosen] = BARRED;
        else settle(q), changed = true;
      }
      chosen = scan(inverse, changed);
    }
  }
  void score(const Problem &q) {
    if (!moved) return;
    moved = false, large = 0;
    double squares = q.tyy;
    for (int i = 0; i < p; i++) {
      const double *r = q.t + (size_t)active[i] * n;
      double cross = 0;
      for (int k = 0; k < i; k++) cross += w[k] * r[active[k]];
      squares += w[i] * (w[i] * r[active[i]] + 2 * (cross - q.tb[active[i]]));
      large += w[i] > LARGE;
    }
    mse = std::max(squares, 0.0) / q.items;
  }
};

static void prefixes(const Problem &q, const int *order, Fit &nnls, Fit &simplex, double share, double *means) {
  nnls.start(q), simplex.start(q);
  int n = q.n, best = -1;
  double least = std::numeric_limits<double>::infinity(), sumB = 0, sumT = 0;
  for (int k = 0; k < n; k++) {
    int j = order[k];
    if (q.error[j] < least || (q.error[j] == least && j < best)) least = q.error[j], best = j;
    const double *r = q.t + (size_t)j * n;
    double products = 0;
    for (int i = 0; i < k; i++) products += r[order[i]];
    sumB += q.tb[j], sumT += 2 * products + r[j];
    nnls.extend(q, j), simplex.extend(q, j);
    nnls.score(q), simplex.score(q);
    double s = 1.0 / (k + 1), *m = means + 6 * k;
    m[0] += share * (q.tyy - 2 * q.tb[best] + q.t[(size_t)best * n + best]) / q.items;
    m[1] += share * (q.tyy - 2 * s * sumB + s * s * sumT) / q.items;
    m[2] += share * nnls.mse, m[3] += share * simplex.mse, m[4] += share * nnls.large, m[5] += share * simplex.large;
  }
}

static double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

int main(int, char **argv) {
  FILE *file = std::fopen(argv[1], "rb");
  int32_t head[4];
  if (!file || std::fread(head, 4, 4, file) != 4) return 1;
  auto [items, n, folds, count] = head;
  std::vector<double> data((size_t)items * (n + 1));
  std::vector<int32_t> foldOf(items), orders((size_t)count * n);
  if (std::fread(data.data(), 8, data.size(), file) != data.size() || std::fread(foldOf.data(), 4, items, file) != (size_t)items ||
      std::fread(orders.data(), 4, orders.size(), file) != orders.size()) return 1;
  std::fclose(file);
  int stride = (n + 1 + 3) & ~3;
  std::vector<double> grams, seconds, sums(6 * n);
  std::vector<std::vector<double>> g(folds), b(folds), t(folds), tb(folds);
  std::vector<Problem> problems(folds);
  for (int repeat = 0; repeat < std::atoi(argv[2]); repeat++) {
    double began = now();
    std::vector<double> whole((size_t)folds * stride * stride), rows((size_t)64 * stride), packed((size_t)64 * stride);
    for (int f = 0; f < folds; f++) {
      int held = 0;
      for (int i = 0; i < items; i++) {
        if (foldOf[i] == f) std::copy(&data[(size_t)i * (n + 1)], &data[(size_t)(i + 1) * (n + 1) - 1] + 1, &rows[(size_t)held++ * stride]);
        if (held == 64 || (i == items - 1 && held > 0)) gram(rows.data(), held, stride, packed, &whole[(size_t)f * stride * stride]), held = 0;
      }
    }
    grams.push_back(now() - began);
    for (int f = 0; f < folds; f++) {
      Problem &q = problems[f];
      g[f].assign((size_t)n * n, 0), t[f].assign((size_t)n * n, 0), b[f].assign(n, 0), tb[f].assign(n, 0);
      q.yy = q.tyy = q.items = 0;
      for (int o = 0; o < folds; o++) {
        const double *m = &whole[(size_t)o * stride * stride];
        auto &G = o == f ? t[f] : g[f], &B = o == f ? tb[f] : b[f];
        for (int i = 0; i < n; i++) {
          for (int j = i; j < n; j++) G[(size_t)i * n + j] += m[(size_t)i * stride + j];
          B[i] += m[(size_t)i * stride + n];
        }
        (o == f ? q.tyy : q.yy) += m[(size_t)n * stride + n];
      }
      for (auto *G : {&g[f], &t[f]})
        for (int i = 0; i < n; i++)
          for (int j = 0; j < i; j++) (*G)[(size_t)i * n + j] = (*G)[(size_t)j * n + i];
      q.n = n, q.g = g[f].data(), q.b = b[f].data(), q.t = t[f].data(), q.tb = tb[f].data();
      q.items = std::count(foldOf.begin(), foldOf.end(), f);
      q.inverse.assign(n, 0), q.flat.assign(n, 0), q.error.assign(n, 0), q.shift = 0;
      for (int j = 0; j < n; j++) {
        double square = g[f][(size_t)j * n + j], scale = std::sqrt(square) * std::sqrt(q.yy);
        q.shift = std::max(q.shift, square), q.inverse[j] = scale > 0 ? 1 / scale : 0, q.error[j] = q.yy - 2 * b[f][j] + square;
      }
      double length = std::sqrt(q.shift);
      std::fill(q.flat.begin(), q.flat.end(), 1 / (length * (length + std::sqrt(q.yy))));
    }
    Fit nnls(n, false), simplex(n, true);
    std::fill(sums.begin(), sums.end(), 0);
    began = now();
    for (int o = 0; o < count; o++)
      for (int f = 0; f < folds; f++) prefixes(problems[f], &orders[(size_t)o * n], nnls, simplex, 1.0 / folds / count, sums.data());
    seconds.push_back(now() - began);
  }
  auto list = [](const char *name, const std::vector<double> &values, const char *end) {
    std::printf("\"%s\":[", name);
    for (size_t i = 0; i < values.size(); i++) std::printf("%s%.17g", i ? "," : "", values[i]);
    std::printf("]%s", end);
  };
  std::printf("{");
  list("gram", grams, ","), list("seconds", seconds, ","), list("means", sums, "}\n");
}
