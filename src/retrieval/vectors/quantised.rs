//! A vector in one byte to a number: a quarter of the memory, and a scan that is bound by it.

/// A vector of 8-bit numbers, scaled so that its largest is 127. Its length is of no matter: only
/// directions are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// The numbers.
    pub codes: Vec<i8>,
    /// 1 / length of `codes`; 0 for a vector without direction.
    pub inverse_length: f32,
}

impl Quantised {
    /// Of a vector. What is no number counts as 0.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn of(vector: &[f32]) -> Self {
        let finite = |number: &f32| if number.is_finite() { *number } else { 0.0 };
        let largest = vector.iter().map(|number| finite(number).abs()).fold(0.0, f32::max);
        let code = |number: &f32| match largest > 0.0 {
            // Divided first: the scale of a very short vector would be infinite. At most 127.
            true => (finite(number) / largest * 127.0).round() as i8,
            false => 0,
        };
        let codes: Vec<i8> = vector.iter().map(code).collect();
        Self { inverse_length: inverse_length(&codes), codes }
    }
}

/// 1 / length; 0 where there is none.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn inverse_length(codes: &[i8]) -> f32 {
    let square = dot(codes, codes);
    if square == 0 { 0.0 } else { 1.0 / (square as f32).sqrt() }
}

/// The product of two vectors of one length. Up to 130,000 numbers it cannot overflow.
#[must_use]
pub fn dot(one: &[i8], other: &[i8]) -> i32 {
    // Products of 8 bits fit into 16, which the compiler makes one instruction for two sums of.
    one.iter().zip(other).map(|(one, other)| i32::from(i16::from(*one) * i16::from(*other))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_stay() {
        for (vector, codes) in [
            (vec![1.0, -1.0, 0.5], vec![127, -127, 64]),
            (vec![1e-38, 0.0, 0.0], vec![127, 0, 0]),
            (vec![1e-45, -1e-45, 0.0], vec![127, -127, 0]),
            (vec![3e38, -3e38, 3e38], vec![127, -127, 127]),
            (vec![0.0; 3], vec![0; 3]),
            (vec![f32::NAN, f32::INFINITY, 2.0], vec![0, 0, 127]),
            (vec![], vec![]),
        ] {
            let quantised = Quantised::of(&vector);
            assert_eq!(quantised.codes, codes, "{vector:?}");
            let length = dot(&codes, &codes);
            assert_eq!(quantised.inverse_length > 0.0, length > 0);
        }
        assert_eq!(dot(&[-128; 4], &[-128; 4]), 65_536);
    }
}
