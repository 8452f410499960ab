//! A few pieces at once, each step on disk before the next.

use std::io;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;

use super::conclude::{After, conclude};
use super::journal::{Event, Record};
use super::next::{Call, Next, next};
use super::progress::UnderWay;
use super::run::{NO_WRITES, Run, Stop};
use crate::operations::CallError;
use crate::plan::item::Item;

/// How often a call may come to an unknown end, or not be sent, before the piece is left for later.
const TRIES: u32 = 4;

/// After so many refusals in a row that blame the root key nothing more is tried.
const REFUSALS: u32 = 5;

/// How long after an answer was lost it is looked up what became of the call: it may still be on its
/// way.
const SETTLING: Duration = Duration::from_millis(500);

/// How long one wait may be.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

const FORBIDDEN: &str = "the root key was refused again and again: see the problems";

/// A piece in hand.
struct Piece {
    number: u32,
    item: Item,
    state: UnderWay,
    unsent: u32,
}

/// What came of a step of a wave.
#[derive(Default)]
struct Step {
    records: Vec<Record>,
    /// The pieces that go on.
    going: Vec<Piece>,
    /// Why nothing goes on.
    stop: Option<Stop>,
    /// How long to wait before it does.
    pause: Duration,
}

impl Step {
    fn note(&mut self, item: u32, event: Event) {
        self.records.push(Record { item, event });
    }

    fn stop(&mut self, why: impl Into<Stop>) {
        self.stop.get_or_insert_with(|| why.into());
    }
}

impl Run<'_> {
    /// Carries some pieces as far as they go.
    pub(super) async fn wave(&mut self, items: Vec<(u32, Item)>) -> io::Result<Option<Stop>> {
        let pieces = items.into_iter().map(|(number, item)| Piece {
            number,
            item,
            state: self.progresses.under_way(number),
            unsent: 0,
        });
        let mut pieces: Vec<Piece> = pieces.collect();
        while !pieces.is_empty() {
            if let Some(stop) = self.is_over() {
                return Ok(Some(stop));
            }
            let (stop, going) = self.step(pieces).await?;
            let settled = self.progresses.total() + self.ending.len() as u64;
            self.scene.cx.progress(settled, Some(self.total), "keys");
            if stop.is_some() {
                return Ok(stop);
            }
            pieces = going;
        }
        Ok(None)
    }

    /// Looks what is next for each piece, and makes those calls. Returns the pieces that go on, or why
    /// nothing does.
    async fn step(&mut self, pieces: Vec<Piece>) -> io::Result<(Option<Stop>, Vec<Piece>)> {
        let scene = &self.scene;
        let looked = pieces
            .iter()
            .map(|piece| next(scene, piece.number, &piece.item, &piece.state));
        let looked = join_all(looked).await;
        let mut before = Step::default();
        let calls = self.begin(pieces, looked, &mut before);
        self.journal.write(&before.records, &mut self.progresses)?;
        let operations = self.scene.cx.operations;
        let answers = calls
            .iter()
            .map(|(_, call)| operations.call(call.tool, call.arguments.clone()));
        let answers = join_all(answers).await;
        let mut after = Step {
            going: before.going,
            stop: before.stop,
            ..Step::default()
        };
        for ((piece, call), answer) in calls.into_iter().zip(answers) {
            self.end(piece, &call, answer, &mut after);
        }
        self.journal.write(&after.records, &mut self.progresses)?;
        for piece in &mut after.going {
            piece.state = self.progresses.under_way(piece.number);
        }
        // Whatever came in is taken down; only then somebody is waited for.
        if !after.pause.is_zero() && after.stop.is_none() {
            self.scene.cx.clock.sleep(after.pause).await;
        }
        Ok((after.stop, after.going))
    }

    /// The calls that are to be made now.
    fn begin(
        &mut self,
        pieces: Vec<Piece>,
        looked: Vec<Next>,
        step: &mut Step,
    ) -> Vec<(Piece, Box<Call>)> {
        let mut calls = Vec::new();
        for (piece, next) in pieces.into_iter().zip(looked) {
            let item = piece.number;
            match next {
                Next::Call(call) if self.bounds.writes > 0 => {
                    self.bounds.writes -= 1;
                    step.note(item, Event::Begin(call.begun.clone()));
                    calls.push((piece, call));
                }
                Next::Call(_) => step.stop(NO_WRITES),
                // Whoever is told the plain text is told before it is written that this is over.
                Next::End(end) if self.scene.holds(item) => self.ending.push((item, end)),
                Next::End(end) => {
                    self.refusals = 0;
                    step.note(item, Event::End(end));
                }
                Next::Did(what) => {
                    step.note(item, Event::Did { step: what });
                    step.going.push(piece);
                }
                Next::Later => {}
                Next::Stop(why) => step.stop(why),
            }
        }
        calls
    }

    /// Takes down what came of a call.
    fn end(
        &mut self,
        mut piece: Piece,
        call: &Call,
        answer: Result<Value, CallError>,
        step: &mut Step,
    ) {
        let item = piece.number;
        match conclude(&piece.item, &piece.state, call, answer) {
            After::Events { events, held } => {
                self.refusals = 0;
                if let Some(secret) = held {
                    self.scene.held.insert(item, secret);
                }
                let mut is_over = false;
                for event in events {
                    match event {
                        Event::End(end) if self.scene.holds(item) => {
                            is_over = true;
                            self.ending.push((item, end));
                        }
                        event => {
                            is_over |= matches!(event, Event::End(_));
                            step.note(item, event);
                        }
                    }
                }
                if !is_over {
                    step.going.push(piece);
                }
            }
            After::Refused { end, blames_caller } => {
                if self.scene.holds(item) {
                    self.ending.push((item, end));
                } else {
                    step.note(item, Event::End(end));
                }
                self.refusals = if blames_caller { self.refusals + 1 } else { 0 };
                if self.refusals >= REFUSALS {
                    step.stop(FORBIDDEN);
                }
            }
            After::Unknown => {
                step.note(item, Event::Unknown);
                step.pause = step.pause.max(SETTLING);
                if piece.state.unknown < TRIES {
                    step.going.push(piece);
                }
            }
            After::Unsent { wait, why } => {
                step.note(item, Event::Unsent);
                piece.unsent += 1;
                if piece.unsent < TRIES && wait <= LONGEST_WAIT {
                    step.pause = step.pause.max(wait);
                    step.going.push(piece);
                } else {
                    step.stop(why);
                }
            }
            After::Stop(why) => {
                step.note(item, Event::Unsent);
                step.stop(why);
            }
        }
    }
}
