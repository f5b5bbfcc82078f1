//! Days of a device, an attacker and power cuts, against a model that keeps all that happened.

use crate::checks::{Day, Step, Under};
use oma_dm_notification::account::ResyncPolicy;
use proptest::{collection::vec, prelude::*, sample::select};

fn step() -> impl Strategy<Value = Step> {
    let under = select(vec![
        Under::Agreed,
        Under::Agreed,
        Under::Offered,
        Under::Zero,
        Under::Zero,
        Under::Wrong,
    ]);
    // Few ids, so that they meet; most sessions are among the latest few.
    let session = || 0_usize..12;
    prop_oneof![
        24 => (1_u16..24, under).prop_map(|(id, nonce)| Step::Send { id, nonce }),
        24 => any::<usize>().prop_map(Step::Replay),
        2 => any::<(usize, usize)>().prop_map(|(message, bit)| Step::Forge { message, bit }),
        14 => session().prop_map(Step::Completed),
        10 => session().prop_map(Step::Failed),
        4 => session().prop_map(Step::ClientRenewed),
        4 => session().prop_map(Step::Offered),
        3 => session().prop_map(Step::ServerRenewed),
        1 => Just(Step::SecretReplaced),
        4 => any::<(bool, u8)>().prop_map(|(stored, resume)| Step::Cut { stored, resume }),
        1 => weighted_lost(),
    ]
}

/// A record is lost seldom, or the days would be short.
fn weighted_lost() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Lost),
        4 => Just(Step::SecretReplaced),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn in_300_days_of_400_steps_the_state_decides_as_the_model_does(
        policy in select(vec![
            ResyncPolicy::Forbidden,
            ResyncPolicy::Limited,
            ResyncPolicy::Limited,
            ResyncPolicy::Allowed,
        ]),
        agreed in prop_oneof![1 => Just(0), 9 => Just(7)],
        steps in vec(step(), 400),
    ) {
        let mut day = Day::new(policy, agreed);
        for &step in &steps {
            day.step(step);
        }
        prop_assert!(day.starts > 0 || agreed == 0);
    }
}
