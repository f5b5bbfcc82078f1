//! Temporary: the bearers' tests alone, while `library` does not compile.

#[path = "library/bearer_cdma.rs"]
mod bearer_cdma;
#[path = "library/bearer_rp.rs"]
mod bearer_rp;
#[path = "library/bearer_tpdu.rs"]
mod bearer_tpdu;
mod checks {
    #[path = "cdma_message.rs"]
    mod of_cdma_message;
    #[path = "rp.rs"]
    mod of_rp;
    #[path = "tpdu.rs"]
    mod tpdu;
    pub(crate) use self::tpdu::tpdu;
    pub(crate) use of_cdma_message::cdma_message;
    pub(crate) use of_rp::rp;
    fn within(error: oma_dm_notification::DecodeError, octets: &[u8]) {
        assert!(
            error.offset() <= octets.len(),
            "{error} of {}",
            octets.len()
        );
    }
}

mod corpus {
    use super::checks;

    fn each(target: &str, check: fn(&[u8])) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz/corpus")
            .join(target);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            let mut octets = std::fs::read(path).unwrap();
            check(&octets);
            for at in 0..octets.len() {
                check(&octets[..at]);
                for change in 1..=255 {
                    octets[at] ^= change;
                    check(&octets);
                    octets[at] ^= change;
                }
            }
        }
    }

    #[test]
    fn tpdu() {
        each("tpdu", checks::tpdu);
    }
    #[test]
    fn rp() {
        each("rp", checks::rp);
    }
    #[test]
    fn cdma_message() {
        each("cdma_message", checks::cdma_message);
    }
}
