//! Days of a device, an attacker and power cuts, against a model that keeps all that happened.

use crate::checks;
use proptest::{collection::vec, prelude::*};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn in_300_days_of_400_steps_the_state_decides_as_the_model_does(
        // Three octets are enough for every step.
        octets in vec(any::<u8>(), 2 + 3 * 400),
    ) {
        let starts = checks::day(&octets);
        // Nothing starts where the only nonce is the nonce 0, and that is forbidden.
        prop_assert!(starts > 0 || octets[1] == 0);
    }
}
