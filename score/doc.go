// Package score computes the scores of R. M. Cooke's classical model for
// structured expert judgement (Experts in Uncertainty, 1991): experts give
// quantiles of seed items whose values are known, and are scored on calibration
// and information.
//
//	calibration = P(chi2 with b-1 degrees > 2 n sum_k s_k ln(s_k / p_k))
//	information = mean over seed items of sum_k p_k ln(p_k / r_k)
//	combined    = calibration x information, when calibration >= the cut-off
//
// b bins with probabilities p between the quantiles; s is the share of the n
// realisations in each bin (one that equals a quantile counts below it); r is
// the bins' share of the intrinsic range, the smallest to the largest of all
// experts' quantiles and the realisation with 10 % added at either end, on
// logarithms for items of scale LOG. The decision maker is the mixture of the
// experts' piecewise linear distributions, weighted by combined score, brought
// back to the same quantiles.
//
// Files are those of the program Excalibur: NAME.dtt and NAME.rls, fixed-width
// text. Everything is deterministic.
package score
