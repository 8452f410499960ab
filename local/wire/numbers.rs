//! Numbers as they are printed in validation messages.

/// A count or a length: `1,000`.
pub(crate) fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// A value or a bound: below a million `1,000`, from there on `2.592×10⁰⁹`.
pub(crate) fn bound(number: f64) -> String {
    if number.abs() < 1e6 && (number == 0.0 || number.abs() >= 1e-4) {
        return grouped(&number.to_string());
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}×10{}", superscript(exponent)),
        // Infinite, or not a number.
        None => text,
    }
}

/// Puts a comma between the thousands of the whole part.
fn grouped(number: &str) -> String {
    let (whole, fraction) = match number.find('.') {
        Some(point) => number.split_at(point),
        None => (number, ""),
    };
    let mut text = String::with_capacity(number.len() + number.len() / 3);
    for (index, letter) in whole.chars().enumerate() {
        let left = whole.len() - index;
        let after_digit = text.ends_with(|last: char| last.is_ascii_digit());
        if after_digit && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text + fraction
}

/// An exponent in raised digits, at least two.
fn superscript(exponent: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ("⁻", digits),
        None => ("", exponent),
    };
    let digits = format!("{digits:0>2}");
    let raised = digits.bytes().filter_map(|digit| {
        let value = digit.checked_sub(b'0')?;
        RAISED.get(usize::from(value))
    });
    sign.chars().chain(raised.copied()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_have_commas_however_large() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_001), "1,001");
        assert_eq!(count(1_048_576), "1,048,576");
    }

    #[test]
    fn bounds_have_commas_below_a_million() {
        for (number, text) in [
            (0.0, "0"),
            (-1.0, "-1"),
            (999.0, "999"),
            (1_000.0, "1,000"),
            (-1_000.0, "-1,000"),
            (-100.0, "-100"),
            (999_999.0, "999,999"),
            (1_234.5, "1,234.5"),
        ] {
            assert_eq!(bound(number), text);
        }
    }

    #[test]
    fn large_bounds_are_powers_of_ten() {
        for (number, text) in [
            (1e6, "1×10⁰⁶"),
            (12_345_678.0, "1.2345678×10⁰⁷"),
            (4_102_444_800_001.0, "4.102444800001×10¹²"),
            (4_102_444_800_000.0, "4.1024448×10¹²"),
            (99_999_999_999.0, "9.9999999999×10¹⁰"),
            (2_592_000_000.0, "2.592×10⁰⁹"),
            (-5e6, "-5×10⁰⁶"),
            (1e300, "1×10³⁰⁰"),
            (1e-7, "1×10⁻⁰⁷"),
        ] {
            assert_eq!(bound(number), text);
        }
    }

    proptest! {
        #[test]
        fn commas_change_nothing_else(number in any::<usize>()) {
            let text = count(number);
            prop_assert_eq!(text.replace(',', ""), number.to_string());
            prop_assert!(text.split(',').skip(1).all(|group| group.len() == 3));
        }
    }
}
