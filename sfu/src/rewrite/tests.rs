use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

use super::{Numbers, Rewriter};

const VIDEO: u32 = 90_000;

/// Packets that a source sends one after the other while it has the slot.
#[derive(Clone, Debug)]
struct Run {
    source: u64,
    /// Packets that it sent before without having the slot.
    skipped: u64,
    /// For each packet: `true` if it is lost.
    lost: Vec<bool>,
}

#[derive(Clone, Copy)]
struct Sender {
    sequence: u64,
    timestamp: u32,
    picture: u16,
}

impl Sender {
    /// Returns the numbers of its next packet, which is a whole picture.
    fn next(&mut self) -> Numbers {
        let numbers = Numbers {
            sequence: self.sequence,
            timestamp: self.timestamp,
            picture: Some(self.picture),
            base_picture: Some(self.picture.to_be_bytes()[1]),
        };
        self.sequence += 1;
        self.timestamp = self.timestamp.wrapping_add(3_000);
        self.picture = (self.picture + 1) & 0x7fff;
        numbers
    }
}

fn senders() -> impl Strategy<Value = [Sender; 3]> {
    let sender = (0..1_u64 << 40, any::<u32>(), 0..0x8000_u16);
    let sender =
        sender.prop_map(|(sequence, timestamp, picture)| Sender { sequence, timestamp, picture });
    [sender.clone(), sender.clone(), sender]
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.sequence, self.timestamp, self.picture)
    }
}

fn runs(lossy: bool) -> impl Strategy<Value = Vec<Run>> {
    let lost = vec(any::<u8>().prop_map(move |byte| lossy && byte < 40), 1..30);
    let run = (0..3_u64, 0..100_u64, lost);
    vec(run.prop_map(|(source, skipped, lost)| Run { source, skipped, lost }), 1..12)
}

/// Plays runs, and returns for each the numbers before and after.
fn play(mut senders: [Sender; 3], runs: &[Run]) -> Vec<Vec<(Numbers, Numbers)>> {
    let mut now = Instant::now();
    let mut rewriter = Rewriter::new(VIDEO);
    let mut all = Vec::new();
    for run in runs {
        let sender = &mut senders[usize::try_from(run.source).unwrap()];
        for _ in 0..run.skipped {
            sender.next();
        }
        let mut resumes = true;
        let mut numbers = Vec::new();
        for &lost in &run.lost {
            now += Duration::from_millis(33);
            let before = sender.next();
            if lost {
                continue;
            }
            let after =
                rewriter.rewrite(now, run.source, std::mem::take(&mut resumes), before).unwrap();
            numbers.push((before, after));
        }
        all.push(numbers);
    }
    all
}

proptest! {
    #[test]
    fn without_loss_all_numbers_follow_each_other(senders in senders(), runs in runs(false)) {
        let played = play(senders, &runs);
        let after: Vec<Numbers> = played.iter().flatten().map(|&(_, after)| after).collect();
        for pair in after.windows(2) {
            prop_assert_eq!(pair[1].sequence, pair[0].sequence + 1);
            prop_assert_eq!(pair[1].picture.unwrap(), (pair[0].picture.unwrap() + 1) & 0x7fff);
            prop_assert_eq!(pair[1].base_picture.unwrap(), pair[0].base_picture.unwrap().wrapping_add(1));
            let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
            prop_assert!(ticks > 0 && ticks < u32::MAX / 2, "{} ticks", ticks);
        }
    }

    #[test]
    fn a_gap_is_as_large_as_what_was_lost(senders in senders(), runs in runs(true)) {
        let mut last = None;
        for run in play(senders, &runs) {
            for (index, &(before, after)) in run.iter().enumerate() {
                let expected = match (index.checked_sub(1).map(|index| run[index]), last) {
                    (Some((before_that, after_that)), _) => after_that.sequence + before.sequence - before_that.sequence,
                    (None, Some(last)) => last + 1,
                    (None, None) => after.sequence,
                };
                prop_assert_eq!(after.sequence, expected);
                last = Some(after.sequence);
            }
        }
    }

    #[test]
    fn the_first_number_is_far_below_the_first_rollover(senders in senders(), runs in runs(false)) {
        prop_assert!(play(senders, &runs)[0][0].1.sequence < 32_768);
    }

    #[test]
    fn order_on_the_way_does_not_matter(sender in senders(), order in vec(any::<u16>(), 2..40)) {
        let mut sender = sender[0];
        let first = sender.next();
        let packets: Vec<Numbers> = order.iter().map(|_| sender.next()).collect();
        let mut shuffled: Vec<(u16, Numbers)> = order.into_iter().zip(packets.iter().copied()).collect();
        shuffled.sort_by_key(|&(key, _)| key);
        let now = Instant::now();
        let (mut straight, mut mixed) = (Rewriter::new(VIDEO), Rewriter::new(VIDEO));
        straight.rewrite(now, 0, true, first);
        mixed.rewrite(now, 0, true, first);
        let mut got: Vec<_> = shuffled.iter().map(|&(_, packet)| mixed.rewrite(now, 0, false, packet)).collect();
        let expected: Vec<_> = packets.iter().map(|&packet| straight.rewrite(now, 0, false, packet)).collect();
        got.sort_by_key(|numbers| numbers.map(|numbers| numbers.sequence));
        prop_assert_eq!(got, expected);
    }
}

#[test]
fn a_packet_from_before_the_start_is_left_out() {
    let now = Instant::now();
    let numbers = |sequence| Numbers { sequence, timestamp: 7, picture: None, base_picture: None };
    let mut rewriter = Rewriter::new(VIDEO);
    assert!(rewriter.rewrite(now, 0, true, numbers(500)).is_some());
    assert_eq!(rewriter.rewrite(now, 0, false, numbers(499)), None);
    assert_eq!(rewriter.rewrite(now, 0, false, numbers(501)).unwrap().sequence, 2);
}

#[test]
fn time_goes_on_from_one_source_to_the_next() {
    let now = Instant::now();
    let numbers = |timestamp| Numbers { sequence: 9, timestamp, picture: None, base_picture: None };
    let mut rewriter = Rewriter::new(VIDEO);
    let first = rewriter.rewrite(now, 0, true, numbers(4_000_000_000)).unwrap();
    let second = rewriter.rewrite(now + Duration::from_millis(500), 1, true, numbers(17)).unwrap();
    assert_eq!(second.timestamp.wrapping_sub(first.timestamp), 45_000);
}

#[test]
fn a_source_that_was_left_out_keeps_its_clock() {
    let now = Instant::now();
    let numbers =
        |sequence, timestamp| Numbers { sequence, timestamp, picture: None, base_picture: None };
    let mut rewriter = Rewriter::new(48_000);
    let first = rewriter.rewrite(now, 0, true, numbers(1_000, 960)).unwrap();
    let second =
        rewriter.rewrite(now + Duration::from_secs(5), 0, true, numbers(1_250, 240_960)).unwrap();
    assert_eq!(second.sequence, first.sequence + 1);
    assert_eq!(second.timestamp.wrapping_sub(first.timestamp), 240_000);
}
