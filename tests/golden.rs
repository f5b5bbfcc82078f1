#[path = "vectors/golden.rs"]
mod golden;
#[test]
fn x() {
    assert_eq!(golden::GOLDEN.len(), 60);
}
