//! Decimals become those of other crates and back, exactly or not at all.
#![cfg(feature = "decimals")]

use schemactl_runtime::Decimal;

/// Numbers of every kind of spelling.
const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "0.00",
    "10.00",
    "-149.950",
    "12345678901234567.89",
    "9007199254740993",
    "1e3",
    "1.50e-7",
    "-2E+5",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "0.0000000000000000000000000001",
    "1.0000000000000000000000000000000000",
    "123e-2",
    "0e99",
];

/// Numbers that 28 digits do not hold.
const BEYOND: [&str; 7] = [
    "79228162514264337593543950336",
    "0.00000000000000000000000000001",
    "1.2345678901234567890123456789012",
    "123456789012345678.123456789012345",
    "1e29",
    "1e-400",
    "1e99999999999999999999",
];

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

#[test]
fn decimals_of_twenty_eight_digits_are_exact_both_ways() {
    for text in NUMBERS {
        let number = decimal(text);
        let found = rust_decimal::Decimal::try_from(&number).expect(text);
        assert_eq!(Decimal::from(found), number, "{text}");
    }
    for text in BEYOND {
        let error = rust_decimal::Decimal::try_from(&decimal(text))
            .expect_err(text)
            .to_string();
        assert_eq!(error, format!("{text} has more digits than rust_decimal holds"));
    }
    let price = rust_decimal::Decimal::try_from(&decimal("10.00")).expect("it fits");
    assert_eq!((price.scale(), Decimal::from(price).as_str()), (2, "10.00"));
}

#[test]
fn decimals_of_any_digits_are_exact_both_ways() {
    let (last, held) = BEYOND.split_last().expect("there are some");
    for text in NUMBERS.iter().chain(held) {
        let number = decimal(text);
        let found = bigdecimal::BigDecimal::try_from(&number).expect(text);
        assert_eq!(Decimal::from(&found), number, "{text}");
        assert_eq!(
            serde_json::to_string(&Decimal::from(found))
                .expect("a number")
                .parse::<Decimal>(),
            Ok(number)
        );
    }
    assert!(bigdecimal::BigDecimal::try_from(&decimal(last)).is_err());
    for (text, expected) in [
        ("10.00", "10.00"),
        ("-0.05", "-0.05"),
        ("1e3", "1e3"),
        ("1.5e-7", "0.00000015"),
    ] {
        let found = bigdecimal::BigDecimal::try_from(&decimal(text)).expect(text);
        assert_eq!(Decimal::from(found).as_str(), expected);
    }
}
