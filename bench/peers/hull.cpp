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

static inline v4 splat(double x) { return v4{x, x, x, x}; }

struct Problem {
  int n;
  const double *g, *b, *t, *tb;
  double yy, tyy, items, shift;
  std::vector<double> inverse, flat, error;
};

// The columns in the order in which they join: place k holds the k-th.
struct Frame {
  const Problem *q;
  int n, stride;
  std::vector<double> gram, b, inverse, size, products;
  std::vector<int> columns;
  Frame(int n) : n(n), stride((n + 1) & ~1), gram((size_t)n * stride), b(n), inverse(n), size(n), products(n), columns(n) {}
  const double *row(int place) const { return &gram[(size_t)place * stride]; }
  void extend(const int *order, int first, int last) {
    for (int k = first; k < last; k++) {
      int j = columns[k] = order[k];
      b[k] = q->b[j], inverse[k] = q->inverse[j], size[k] = std::sqrt(q->g[(size_t)j * n + j]);
    }
    int place = first;
    for (; place + 4 <= last; place += 4) join<4>(place);
    for (; place < last; place++) join<1>(place);
  }
  template <int many> void join(int place) {
    const int *these = &columns[place];
    double sums[many] = {};
    for (int i = 0; i < place; i++) {
      const double *train = q->g + (size_t)columns[i] * n, *test = q->t + (size_t)columns[i] * n;
      for (int k = 0; k < many; k++) {
        double value = train[these[k]];
        gram[(size_t)i * stride + place + k] = value, gram[(size_t)(place + k) * stride + i] = value;
        sums[k] += test[these[k]];
      }
    }
    for (int i = 0; i < many; i++)
      for (int k = 0; k < many; k++) {
        gram[(size_t)(place + i) * stride + place + k] = q->g[(size_t)these[i] * n + these[k]];
        if (k < i) sums[i] += q->t[(size_t)these[i] * n + these[k]];
      }
    for (int k = 0; k < many; k++) products[place + k] = sums[k];
  }
};

static inline double sum(v4 s) { return (s[0] + s[2]) + (s[1] + s[3]); }

// y -= a0 x0 + a1 x1 + a2 x2 + a3 x3
static inline void subtractFour(double *y, double a0, const double *x0, double a1, const double *x1, double a2, const double *x2,
                                double a3, const double *x3, int n) {
  v4 f0 = splat(a0), f1 = splat(a1), f2 = splat(a2), f3 = splat(a3);
  int i = 0;
  for (; i + 4 <= n; i += 4)
    *(v4 *)(y + i) = at(y + i) - ((f0 * at(x0 + i) + f1 * at(x1 + i)) + (f2 * at(x2 + i) + f3 * at(x3 + i)));
  for (; i < n; i++) y[i] -= (a0 * x0[i] + a1 * x1[i]) + (a2 * x2[i] + a3 * x3[i]);
}

static const double ENTER = 1e-12, PIVOT = 1e-12, TIED = 1e-9, LARGE = 1e-6;
typedef long long i4 __attribute__((vector_size(32), aligned(8)));

// Row i of L (unit diagonal, left out) begins at i(i-1)/2. Roles are masks: -1 active, 0 inactive.
struct Fit {
  int n, p, bars, tied, large;
  bool simplex, moved, accurate;
  double level, mse, residual;
  std::vector<int> active, barred, offsets;
  std::vector<long long> role;
  std::vector<double> w, z, ones, trial, gradient, pivot, inverse, turns, factor;
  Fit(int n, bool simplex)
      : n(n), simplex(simplex), active(n), barred(n), offsets(n), role(n), w(n), z(n), ones(n), trial(n), gradient(n), pivot(n), inverse(n), turns(2 * n),
        factor(n * (n - 1) / 2 + 1) {}
  double *row(int i) { return &factor[i * (i - 1) / 2]; }
  void start() { p = bars = tied = 0, level = residual = 0, moved = true; }

  void solveLower(double *x) {
    int i = 0;
    for (; i + 4 <= p; i += 4) {
      const double *r0 = row(i), *r1 = row(i + 1), *r2 = row(i + 2), *r3 = row(i + 3);
      v4 s0 = {}, s1 = {}, s2 = {}, s3 = {};
      for (int k = 0; k < i; k += 4) {
        v4 y = at(x + k);
        s0 += at(r0 + k) * y, s1 += at(r1 + k) * y, s2 += at(r2 + k) * y, s3 += at(r3 + k) * y;
      }
      double x0 = x[i] - sum(s0);
      double x1 = x[i + 1] - sum(s1) - r1[i] * x0;
      double x2 = x[i + 2] - sum(s2) - r2[i] * x0 - r2[i + 1] * x1;
      double x3 = x[i + 3] - sum(s3) - r3[i] * x0 - r3[i + 1] * x1 - r3[i + 2] * x2;
      *(v4 *)(x + i) = v4{x0, x1, x2, x3};
    }
    for (; i < p; i++) x[i] -= dot(row(i), x, i);
  }
  void solveTransposed(double *x) {
    int i = p;
    for (; i & 3; i--) {
      const double *r = row(i - 1), a = x[i - 1];
      for (int k = 0; k < i - 1; k++) x[k] -= a * r[k];
    }
    while (i > 0) {
      i -= 4;
      const double *r0 = row(i), *r1 = row(i + 1), *r2 = row(i + 2), *r3 = row(i + 3);
      double x3 = x[i + 3], x2 = x[i + 2] - x3 * r3[i + 2], x1 = x[i + 1] - x3 * r3[i + 1] - x2 * r2[i + 1];
      double x0 = x[i] - x3 * r3[i] - x2 * r2[i] - x1 * r1[i];
      x[i + 2] = x2, x[i + 1] = x1, x[i] = x0;
      subtractFour(x, x0, r0, x1, r1, x2, r2, x3, r3, i);
    }
  }
  bool enter(const Frame &f, int place) {
    double shift = simplex ? f.q->shift : 0, *r = row(p);
    const double *column = f.row(place);
    for (int i = 0; i < p; i++) r[i] = column[active[i]] + shift;
    solveLower(r);
    double square = column[place] + shift;
    v4 squares = {}, first = {}, second = {};
    int i = 0;
    for (; i + 4 <= p; i += 4) {
      v4 value = at(r + i), scaled = value * at(&inverse[i]);
      squares += value * scaled, first += value * at(&z[i]), second += value * at(&ones[i]);
      *(v4 *)(r + i) = scaled;
    }
    double left = square - sum(squares), right = f.b[place] + shift - sum(first), one = (simplex ? 1 : 0) - sum(second);
    for (; i < p; i++) {
      double value = r[i], scaled = value * inverse[i];
      left -= value * scaled, right -= value * z[i], one -= value * ones[i], r[i] = scaled;
    }
    if (!(left > PIVOT * square)) return false;
    double inv = 1 / left;
    pivot[p] = left, inverse[p] = inv, z[p] = right * inv, ones[p] = one * inv;
    active[p] = place, w[p] = 0, role[place] = -1;
    p++;
    return true;
  }
  double turn(const double *from, double *to, int r, int i) {
    double x = from[r];
    for (int k = r + 1; k < i; k++) {
      double value = from[k];
      x -= turns[2 * k] * value, to[k - 1] = value + turns[2 * k + 1] * x;
    }
    return x;
  }
  void leave(int r) {
    double alpha = pivot[r];
    for (int i = r + 1; i < p; i++) {
      const double *from = row(i);
      double *to = row(i - 1);
      std::copy(from, from + r, to);
      double x = turn(from, to, r, i), next = pivot[i] + alpha * x * x, inv = 1 / next;
      turns[2 * i] = x, turns[2 * i + 1] = alpha * x * inv, alpha *= pivot[i] * inv, pivot[i - 1] = next, inverse[i - 1] = inv;
    }
    turn(z.data(), z.data(), r, p), turn(ones.data(), ones.data(), r, p);
    role[active[r]] = 0;
    std::copy(active.begin() + r + 1, active.begin() + p, active.begin() + r);
    std::copy(w.begin() + r + 1, w.begin() + p, w.begin() + r);
    p--;
  }
  void solve() {
    double l = 0;
    if (simplex) {
      v4 boths = {}, squares = {};
      int i = 0;
      for (; i + 4 <= p; i += 4) {
        v4 one = at(&ones[i]), scaled = one * at(&pivot[i]);
        boths += scaled * at(&z[i]), squares += scaled * one;
      }
      double both = sum(boths), square = sum(squares);
      for (; i < p; i++) both += pivot[i] * ones[i] * z[i], square += pivot[i] * ones[i] * ones[i];
      l = (both - 1) / square;
    }
    for (int i = 0; i < p; i++) trial[i] = z[i] - l * ones[i];
    solveTransposed(trial.data());
  }
  static double least(const double *x, int n) {
    double low = std::numeric_limits<double>::infinity();
    for (int i = 0; i < n; i++) low = x[i] < low ? x[i] : low;
    return low;
  }
  bool advance() {
    if (least(trial.data(), p) > 0) return std::copy(trial.begin(), trial.begin() + p, w.begin()), true;
    double share = 2;
    int blocking = -1;
    for (int i = 0; i < p; i++)
      if (!(trial[i] > 0)) {
        double ratio = w[i] > trial[i] ? w[i] / (w[i] - trial[i]) : 0;
        if (ratio < share) share = ratio, blocking = i;
      }
    for (int i = 0; i < p; i++) w[i] += share * (trial[i] - w[i]);
    leave(blocking);
    if (!(least(w.data(), p) > 0))
      for (int i = p - 1; i >= 0; i--)
        if (w[i] <= 0) leave(i);
    return false;
  }
  double gathered(const double *y) const {
    double even = 0, odd = 0;
    int i = 0;
    for (; i + 2 <= p; i += 2) even += w[i] * y[active[i]], odd += w[i + 1] * y[active[i + 1]];
    return i < p ? even + w[i] * y[active[i]] + odd : even + odd;
  }
  void settle(const Frame &f, int count) {
    while (!advance()) solve();
    if (simplex) {
      double even = 0, odd = 0;
      int i = 0;
      for (; i + 2 <= p; i += 2) even += w[i], odd += w[i + 1];
      double correction = 1 / (i < p ? even + w[i] + odd : even + odd);
      for (i = 0; i < p; i++) w[i] *= correction;
    }
    double *g = gradient.data();
    std::copy(f.b.begin(), f.b.begin() + count, g);
    int i = 0;
    for (; i + 4 <= p; i += 4)
      subtractFour(g, w[i], f.row(active[i]), w[i + 1], f.row(active[i + 1]), w[i + 2], f.row(active[i + 2]), w[i + 3],
                   f.row(active[i + 3]), count);
    for (; i < p; i++) {
      const double *x = f.row(active[i]), a = w[i];
      for (int k = 0; k < count; k++) g[k] -= a * x[k];
    }
    if (simplex) level = gathered(g);
    moved = true;
  }
  int scan(const double *inv, int count, bool changed) {
    double most = 0;
    v4 top = {}, off = {};
    i4 within = {};
    int k = 0;
    tied = 0, residual = 0;
    for (; k + 4 <= count; k += 4) {
      v4 relative = (at(&gradient[k]) - level) * at(inv + k);
      i4 is = *(const i4 *)&role[k];
      v4 size = (v4)((i4)relative & 0x7fffffffffffffff), out = (v4)((i4)relative & ~is), in = (v4)((i4)size & is);
      top = out > top ? out : top, off = in > off ? in : off;
      within -= (size <= splat(TIED)) & ~is;
    }
    for (int i = 0; i < 4; i++) most = std::max(most, top[i]), residual = std::max(residual, off[i]), tied += within[i];
    for (; k < count; k++) {
      double relative = (gradient[k] - level) * inv[k];
      if (role[k]) residual = std::max(residual, std::abs(relative));
      else most = std::max(most, relative), tied += std::abs(relative) <= TIED;
    }
    residual = std::max(residual, most);
    if (changed && bars > 0) std::fill(barred.begin(), barred.begin() + count, 0), bars = 0;
    if (!(most > ENTER)) return -1;
    int chosen = -1;
    most = ENTER;
    for (k = 0; k < count; k++) {
      double relative = (gradient[k] - level) * inv[k];
      if (relative > most && !role[k] && !barred[k]) most = relative, chosen = k;
    }
    return chosen;
  }
  void bar(int place) { role[place] = 0, barred[place] = 1, bars++; }
  void extend(const Frame &f, int place) {
    const double *inv = simplex ? f.q->flat.data() : f.inverse.data(), *r = f.row(place);
    int count = place + 1;
    gradient[place] = f.b[place] - gathered(r), role[place] = 0, barred[place] = 0;
    double relative = (gradient[place] - level) * inv[place];
    residual = std::max(residual, relative), tied += std::abs(relative) <= TIED;
    int chosen = relative > ENTER ? place : -1;
    if (simplex && p == 0) enter(f, place), solve(), settle(f, count), chosen = scan(inv, count, true);
    for (int left = 3 * count + 16; chosen >= 0 && left > 0; left--) {
      bool changed = false;
      if (!enter(f, chosen)) bar(chosen);
      else {
        solve();
        if (!(trial[p - 1] > 0)) p--, bar(chosen);
        else settle(f, count), changed = true;
      }
      chosen = scan(inv, count, changed);
    }
  }
  double quadratic(const double *t) const {
    double squares = 0, cross = 0;
    int i = 0;
    for (; i + 4 <= p; i += 4) {
      const int *o = &offsets[i];
      const double *r0 = t + (size_t)o[0] * n, *r1 = t + (size_t)o[1] * n, *r2 = t + (size_t)o[2] * n, *r3 = t + (size_t)o[3] * n;
      double w0 = w[i], w1 = w[i + 1], w2 = w[i + 2], w3 = w[i + 3], even = 0, odd = 0;
      for (int k = 0; k < i; k += 2) {
        int a = offsets[k], b = offsets[k + 1];
        even += w[k] * ((w0 * r0[a] + w1 * r1[a]) + (w2 * r2[a] + w3 * r3[a]));
        odd += w[k + 1] * ((w0 * r0[b] + w1 * r1[b]) + (w2 * r2[b] + w3 * r3[b]));
      }
      cross += even + odd + w3 * (w0 * r3[o[0]] + w1 * r3[o[1]] + w2 * r3[o[2]]) + w2 * (w0 * r2[o[0]] + w1 * r2[o[1]]) +
               w1 * w0 * r1[o[0]];
      squares += w0 * w0 * r0[o[0]] + w1 * w1 * r1[o[1]] + w2 * w2 * r2[o[2]] + w3 * w3 * r3[o[3]];
    }
    for (; i < p; i++) {
      const double *r = t + (size_t)offsets[i] * n;
      double sum = 0;
      for (int k = 0; k < i; k++) sum += w[k] * r[offsets[k]];
      cross += w[i] * sum, squares += w[i] * w[i] * r[offsets[i]];
    }
    return squares + 2 * cross;
  }
  void score(const Frame &f) {
    if (!moved) return;
    moved = false, large = 0;
    const Problem &q = *f.q;
    double products = 0, size = std::sqrt(q.yy), explained = 0;
    for (int i = 0; i < p; i++) {
      int k = active[i], j = offsets[i] = f.columns[k];
      products += w[i] * q.tb[j], large += w[i] > LARGE;
      size += w[i] * f.size[k], explained += w[i] * (f.b[k] + gradient[k]);
    }
    mse = std::max(q.tyy - 2 * products + quadratic(q.t), 0.0) / q.items;
    accurate = size * size <= 1e6 * std::max(q.yy - explained, 1e-4 * q.yy);
  }
};

static long refused = 0;

static void prefixes(const Problem &q, const int *order, Frame &f, Fit &nnls, Fit &simplex, double share, double *means) {
  f.q = &q;
  nnls.start(), simplex.start();
  int n = q.n, best = -1;
  double least = std::numeric_limits<double>::infinity(), sumB = 0, sumT = 0;
  for (int k = 0; k < n; k++) {
    if (k % 8 == 0) f.extend(order, k, std::min(k + 8, n));
    int j = order[k];
    if (q.error[j] < least || (q.error[j] == least && j < best)) least = q.error[j], best = j;
    sumB += q.tb[j], sumT += 2 * f.products[k] + q.t[(size_t)j * n + j];
    nnls.extend(f, k), simplex.extend(f, k);
    nnls.score(f), simplex.score(f);
    for (Fit *fit : {&nnls, &simplex}) refused += !(fit->residual <= 1e-9 && fit->accurate);
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
    Frame frame(n);
    Fit nnls(n, false), simplex(n, true);
    std::fill(sums.begin(), sums.end(), 0);
    began = now();
    for (int o = 0; o < count; o++)
      for (int f = 0; f < folds; f++) prefixes(problems[f], &orders[(size_t)o * n], frame, nnls, simplex, 1.0 / folds / count, sums.data());
    seconds.push_back(now() - began);
  }
  auto list = [](const char *name, const std::vector<double> &values, const char *end) {
    std::printf("\"%s\":[", name);
    for (size_t i = 0; i < values.size(); i++) std::printf("%s%.17g", i ? "," : "", values[i]);
    std::printf("]%s", end);
  };
  if (refused > 0) return 2;
  std::printf("{");
  list("gram", grams, ","), list("seconds", seconds, ","), list("means", sums, "}\n");
}
