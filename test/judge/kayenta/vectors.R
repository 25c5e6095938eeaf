# Writes vectors.json: R --vanilla --slave -f vectors.R > vectors.json
# The interval is that of R's own wilcox.test; the estimate, the effect and the class follow the
# documented rules, written down here once more and in another language than what is tested.
set.seed(20261128)

wdiff <- function(d, x, y) {
  r <- rank(c(x - d, y)); n <- length(x); m <- length(y); t <- table(r)
  dz <- sum(r[seq_along(x)]) - n * (n + 1) / 2 - n * m / 2
  s <- sqrt((n * m / 12) * ((n + m + 1) - sum(t^3 - t) / ((n + m) * (n + m - 1))))
  (dz - sign(dz) * 0.5) / s
}
estimate <- function(x, y)
  uniroot(wdiff, c(min(x) - max(y), max(x) - min(y)), tol = 1e-4, x = x, y = y)$root
drop_outliers <- function(v, f) {
  if (is.null(f)) return(v)
  q <- quantile(v, c(.01, .25, .75, .99), type = 7, names = FALSE); i <- f * (q[3] - q[2])
  v[v >= min(q[1], q[2] - i) & v <= max(q[4], q[3] + i)]
}
effect <- function(x, y, measure) {
  if (measure == "cles") mean(outer(x, y, ">") + 0.5 * outer(x, y, "=="))
  else if (mean(x) == 0 || mean(y) == 0) NaN else mean(x) / mean(y)
}
num <- function(v) sprintf("%.17g", v)
arr <- function(v) paste0("[", paste(num(v), collapse = ","), "]")

first <- TRUE
say <- function(name, x, y, direction = "either", measure = "meanRatio",
                up = NULL, down = NULL, outliers = NULL) {
  usual <- if (measure == "cles") 0.5 else 1
  if (is.null(up)) up <- usual
  if (is.null(down)) down <- usual
  a <- drop_outliers(x, outliers); b <- drop_outliers(y, outliers)
  t <- suppressWarnings(wilcox.test(a, b, conf.int = TRUE, conf.level = 0.98, exact = FALSE))
  low <- t$conf.int[1]; high <- t$conf.int[2]; e <- estimate(a, b); near <- 0.25 * abs(e)
  by <- effect(a, b, measure)
  class <- if (direction != "decrease" && low > near && (is.nan(by) || by >= up)) "high"
    else if (direction != "increase" && high < -near && (is.nan(by) || by <= down)) "low"
    else "pass"
  cat(if (first) "[\n" else ",\n", sep = ""); first <<- FALSE
  cat(sprintf('{"name":"%s","candidate":%s,"stable":%s,"direction":"%s","measure":"%s",',
              name, arr(x), arr(y), direction, measure))
  cat(sprintf('"up":%s,"down":%s,"outliers":%s,"lower":%s,"upper":%s,"estimate":%s,"is":"%s"}',
              num(up), num(down), if (is.null(outliers)) "null" else num(outliers),
              num(low), num(high), num(e), class))
}

for (n in c(3, 5, 8, 15, 30, 60)) for (shift in c(0, 0.5, 1, 3)) {
  y <- round(rnorm(n, 10, 1), 3)
  say(sprintf("normal, %d points, shift %g", n, shift), round(rnorm(n, 10 + shift, 1), 3), y)
}
for (shift in c(-3, -1, 0, 1, 3))
  say(sprintf("counts with many equal values, shift %g", shift),
      rpois(20, 6 + shift), rpois(24, 6))
for (scale in c(1e-4, 1e-3, 1e-2, 1000))
  say(sprintf("lognormal, scale %g, twice as much", scale),
      signif(scale * 2 * rlnorm(15, 0, 0.4), 6), signif(scale * rlnorm(15, 0, 0.4), 6))
for (errors in c(3, 6, 7, 8, 9))
  say(sprintf("errors in %d of 10 points over none", errors),
      c(rep(0, 10 - errors), round(runif(errors, 1, 5), 2)), rep(0, 10))
say("the candidate is one value all over", rep(12, 10), round(rnorm(10, 10, 1), 3))
say("stable is one value all over", round(rnorm(12, 10, 1), 3), rep(8, 9))
say("apart, two points a side", c(10, 11), c(1, 2))
say("apart, four points a side", c(10, 11, 12, 13), c(1, 2, 3, 4))
y <- round(rnorm(20, 10, 1), 3)
say("an increase where only a decrease counts", y + 5, y, "decrease")
say("a decrease where only an increase counts", y - 5, y, "increase")
say("a decrease", y - 5, y, "decrease")
say("a shift below the allowed effect", y + 1, y, "increase", up = 1.25)
say("a shift above the allowed effect", y + 4, y, "increase", up = 1.25)
say("a fall within the allowed effect", y - 1, y, "decrease", down = 0.8)
say("a fall beyond the allowed effect", y - 4, y, "decrease", down = 0.8)
for (up in c(0.7, 0.9))
  say(sprintf("pairs won, %g of them allowed", up), round(y + 0.9, 3), y, "increase", "cles", up)
spiky <- c(round(rnorm(28, 10, 1), 3), 400, 900)
say("outliers are kept", spiky, round(rnorm(30, 9.2, 1), 3))
say("outliers are left out", spiky, round(rnorm(30, 9.2, 1), 3), outliers = 3)
say("outliers are left out, narrowly", spiky, c(round(rnorm(28, 9.2, 1), 3), 0, 25), outliers = 1)
cat("\n]\n")
