//! `keys_apply`: carries a plan out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use unkey_tools::workflows::{Applied, Ends, KeysApply, MadeKey};

use crate::apply::journal::{Journal, JournalError};
use crate::apply::progress::{Outcome, Progresses};
use crate::apply::run::{Bounds, Run};
use crate::apply::scene::{Scene, tool};
use crate::apply::undo;
use crate::context::Context;
use crate::desk::{Desk, Handover};
use crate::keys_plan::read_roles;
use crate::operations::CallError;
use crate::plan::file::PlanFile;
use crate::plan::item::Work;
use crate::plan::roles::RolePermissions;
use crate::report::{Report, WorkflowError};
use crate::text::count;

/// How many plain texts an answer holds at most. More belong into files.
const MOST_IN_ANSWER: u32 = 10;

/// How often, and after which pauses, a plan is tried that somebody else carries out.
const BUSY_TRIES: u32 = 10;
const BUSY_PAUSE: Duration = Duration::from_millis(100);

/// What a plan needs.
#[derive(Default)]
struct Needs {
    /// Keys that are made.
    secrets: u32,
    rotates: bool,
    imports: bool,
    tools: BTreeSet<&'static str>,
}

/// Carries a plan out.
pub(crate) async fn keys_apply(
    request: KeysApply,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let desk = cx.desk()?;
    let now = cx.clock.now();
    let plan = desk.plans.find(&request.plan_id, &desk.maker, now)?;
    let trouble = |error| WorkflowError::from(desk.plans.trouble(error));
    let needs = Needs::of(&plan).map_err(trouble)?;
    if let Some(tool) = needs.tools.iter().find(|tool| !cx.operations.offers(tool)) {
        return Err(WorkflowError::failed(
            "keys_apply",
            CallError::not_offered(tool),
        ));
    }
    let deliver = handover(&needs, &desk)?;
    let (journal, progresses) = open(&plan, cx).await?;
    let scene = Scene {
        cx,
        plan_id: &plan.header.id,
        roles: if needs.rotates {
            read_roles(cx).await
        } else {
            RolePermissions::default()
        },
        migration_id: if needs.imports {
            let migration = cx.operations.migration().await;
            migration.map_err(|error| WorkflowError::failed("keys_migrate_keys", error))?
        } else {
            None
        },
        deliver,
        marked: None,
        held: BTreeMap::new(),
    };
    let bounds = Bounds {
        writes: request
            .max_writes
            .and_then(|most| u64::try_from(most).ok())
            .unwrap_or(u64::MAX),
        until: desk
            .time
            .and_then(|time| now.checked_add(i64::try_from(time.as_millis()).ok()?)),
    };
    let total = plan.header.answer.keys;
    let mut run = Run::new(scene, journal, progresses, bounds, total);
    let stopped = if run.progresses.is_finished() {
        None
    } else {
        run.run(&plan).await.map_err(trouble)?
    };
    run.hand_out().map_err(trouble)?;
    let finished = run.progresses.is_finished();
    let undo_plan_id = if run.count(Outcome::Done) > 0 {
        undo::write(&plan, &mut run.journal, &desk, cx.clock.now())?
    } else {
        None
    };
    let made = made(&mut run, &plan).map_err(trouble)?;
    let applied = Applied {
        plan_id: plan.header.id.clone(),
        finished,
        keys: ends(&run, total),
        problems: Some(run.progresses.problems().to_vec()).filter(|all| !all.is_empty()),
        made: Some(made).filter(|made| !made.is_empty()),
        stopped: stopped.filter(|_| !finished),
        undo_plan_id,
        results: Some(run.journal.path().display().to_string()),
    };
    let summary = summary(&applied);
    Report::new(applied, None, summary)
}

/// How plain texts are delivered, where they do not go into the answer; a mistake where they are too many
/// for it.
fn handover(needs: &Needs, desk: &Desk) -> Result<Option<&'static str>, WorkflowError> {
    let many = needs.secrets > MOST_IN_ANSWER;
    match desk.secrets {
        Handover::Files => Ok(Some("file")),
        Handover::AnswerOrFiles => Ok(many.then_some("file")),
        Handover::Answer | Handover::Pages if many => Err(WorkflowError::mistake(format!(
            "The plan makes {} keys, and an answer shows {MOST_IN_ANSWER} at most: their plain texts \
             belong into files. Start the server with --secrets file on your own machine, or plan \
             fewer at a time.",
            needs.secrets
        ))),
        Handover::Pages => Ok(Some("page")),
        Handover::Answer => Ok(None),
    }
}

/// Opens the plan's journal. A process that was killed holds it for a moment longer.
async fn open(plan: &PlanFile, cx: &Context<'_>) -> Result<(Journal, Progresses), JournalError> {
    for _ in 0..BUSY_TRIES {
        match Journal::open(&plan.journal(), plan.header.items) {
            Err(JournalError::Busy) => cx.clock.sleep(BUSY_PAUSE).await,
            opened => return opened,
        }
    }
    Journal::open(&plan.journal(), plan.header.items)
}

impl Needs {
    fn of(plan: &PlanFile) -> std::io::Result<Self> {
        let mut needs = Self::default();
        for piece in plan.items()? {
            let (_, item) = piece?;
            let tools: &[&'static str] = match &item.work {
                Work::Edit(edit) => {
                    needs.tools.extend(tool(&edit.tool));
                    &[]
                }
                Work::Delete { .. } => &["keys_delete_key"],
                Work::Import { .. } => {
                    needs.imports = true;
                    &["keys_migrate_keys"]
                }
                Work::Create { .. } => {
                    needs.secrets += 1;
                    &["keys_create_key", "keys_update_key", "keys_delete_key"]
                }
                Work::Rotate { .. } => {
                    needs.secrets += 1;
                    needs.rotates = true;
                    &["keys_create_key", "keys_update_key", "keys_delete_key"]
                }
            };
            needs.tools.extend(tools);
        }
        Ok(needs)
    }
}

/// The keys that were made, where an answer has room for them.
fn made(run: &mut Run<'_>, plan: &PlanFile) -> std::io::Result<Vec<MadeKey>> {
    let mut held = std::mem::take(&mut run.scene.held);
    let wanted = |number| run.progresses.is_settled(number);
    held.retain(|number, _| wanted(*number));
    let mut made = run.made(MOST_IN_ANSWER as usize)?;
    for piece in plan.items()? {
        let (number, item) = piece?;
        let Some(key) = made.get_mut(&number) else {
            continue;
        };
        key.external_id.clone_from(&item.key.external_id);
        key.name.clone_from(&item.key.name);
        if matches!(item.work, Work::Rotate { .. }) {
            key.replaces.clone_from(&item.key.key_id);
        }
        if let Some(secret) = held.remove(&number) {
            key.key = Some(secret);
        }
    }
    Ok(made.into_values().filter(|key| key.key.is_some()).collect())
}

fn ends(run: &Run<'_>, total: u64) -> Ends {
    let some = |count: u64| (count > 0).then_some(count);
    let count = |outcome| some(run.count(outcome));
    Ends {
        done: count(Outcome::Done),
        already: count(Outcome::Already),
        changed: count(Outcome::Changed),
        failed: count(Outcome::Failed),
        unclear: count(Outcome::Unclear),
        left: some(total.saturating_sub(run.progresses.total())),
    }
}

fn summary(applied: &Applied) -> Vec<String> {
    let keys = &applied.keys;
    let mut summary = vec![format!(
        "{} done.",
        count(keys.done.unwrap_or_default(), "key")
    )];
    for (number, what) in [
        (keys.already, "were so already"),
        (
            keys.changed,
            "changed since the plan was made and were left alone",
        ),
        (keys.failed, "were refused: see problems"),
        (
            keys.unclear,
            "have to be looked at: what became of them cannot be known",
        ),
    ] {
        if let Some(number) = number {
            summary.push(format!("{} {what}.", count(number, "key")));
        }
    }
    if !applied.finished {
        let why = applied.stopped.as_deref().unwrap_or("it was stopped");
        summary.push(format!(
            "{} left, because {why}. Call keys_apply with this planId again to go on.",
            count(keys.left.unwrap_or_default(), "key")
        ));
    }
    if let Some(made) = &applied.made {
        let words = if made.iter().any(|key| key.path.is_some()) {
            "The new keys are in files: `path` says where, and the results' file has all of them."
        } else if made.iter().any(MadeKey::is_on_page) {
            "Each new key waits on a page: the user opens the address in `key`, once, within ten minutes."
        } else {
            "The new keys are shown this once: hand them over now."
        };
        summary.push(words.to_owned());
    }
    if applied.undo_plan_id.is_some() {
        summary.push("keys_apply with undoPlanId takes it back, for 30 days.".to_owned());
    }
    summary
}
