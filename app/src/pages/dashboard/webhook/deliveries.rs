//! The latest events and what became of each on its way to one webhook.

use leptos::prelude::*;

use crate::{
    components::{Alert, Button, Card, Glyph, Notice, Problem, Status, Tone, on_result},
    contract::webhook::{DeliveryProgress, DeliveryRow},
    server_fns::webhooks::replay,
};

#[component]
pub fn DeliveriesCard(
    deliveries: Vec<DeliveryRow>,
    enabled: bool,
    project_id: String,
    id: String,
    /// How many events were sent again last.
    sent: RwSignal<Option<u32>>,
    refetch: Callback<()>,
) -> impl IntoView {
    let problem = Problem::new(None);
    // None: every event that did not arrive.
    let send = Action::new(move |event_id: &Option<String>| {
        replay(project_id.clone(), id.clone(), event_id.clone())
    });
    on_result(send, problem, move |many| {
        sent.set(Some(many));
        refetch.run(());
    });
    let ask = Callback::new(move |event_id: Option<String>| {
        if !send.pending().get_untracked() {
            sent.set(None);
            send.dispatch(event_id);
        }
    });
    let is_empty = deliveries.is_empty();
    let failed = deliveries
        .iter()
        .any(|row| row.state == DeliveryProgress::Failed);
    let busy = send.pending();
    view! {
        <Card title="Deliveries" text="The latest 50 events. An event keeps its id however often it is sent.">
            {move || problem.get().map(|problem| view! { <Alert>{problem.message}</Alert> })}
            <div class="live" role="status">
                {move || sent.get().map(|many| view! { <Notice tone=Tone::Ok>{told(many)}</Notice> })}
            </div>
            {if is_empty {
                view! { <p class="nothing">"Nothing yet. The next event of its types appears here."</p> }.into_any()
            } else {
                view! { <Table deliveries enabled ask /> }.into_any()
            }}
            <div class="form-foot">
                <Button icon=Glyph::Refresh on:click=move |_| refetch.run(())>"Look again"</Button>
                {(enabled && failed).then(|| view! {
                    <Button busy on:click=move |_| ask.run(None)>"Replay what did not arrive"</Button>
                })}
            </div>
        </Card>
    }
    .into_any()
}

fn told(many: u32) -> String {
    match many {
        0 => "There is nothing to send again: it arrived, or is on its way.".to_owned(),
        1 => "1 event is sent again.".to_owned(),
        many => format!("{many} events are sent again."),
    }
}

#[component]
fn Table(
    deliveries: Vec<DeliveryRow>,
    enabled: bool,
    ask: Callback<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="table-frame">
            <table class="table table-tight">
                <caption class="visually-hidden">"Events and what became of them"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Event"</th>
                        <th scope="col">"State"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {deliveries.into_iter().map(|row| view! { <Line row enabled ask /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Line(row: DeliveryRow, enabled: bool, ask: Callback<Option<String>>) -> impl IntoView {
    let (tone, word) = match row.state {
        DeliveryProgress::Delivered => (Tone::Ok, "Delivered"),
        DeliveryProgress::Waiting if has_failed(&row) => (Tone::Warn, "Trying again"),
        DeliveryProgress::Waiting => (Tone::Idle, "On its way"),
        DeliveryProgress::Failed => (Tone::Danger, "Failed"),
    };
    let reason = reason(&row);
    let unseen = format!(" {} of {}", row.event_type.as_str(), row.at);
    let event_id = row.event_id.clone();
    let replay = enabled.then(|| {
        view! {
            <Button small=true on:click=move |_| ask.run(Some(event_id.clone()))>
                "Replay"<span class="visually-hidden">{unseen}</span>
            </Button>
        }
    });
    view! {
        <tr>
            <th scope="row" class="recipient">
                <code>{row.event_type.as_str()}</code>
                <span class="account-name">{row.at}</span>
            </th>
            <td>
                <Status tone>{word}</Status>
                {reason.map(|reason| view! { <p class="reason">{reason}</p> })}
                {row.answer.map(|answer| view! {
                    <details class="answer">
                        <summary>"Answer"</summary>
                        <pre tabindex="0">{answer}</pre>
                    </details>
                })}
            </td>
            <td class="actions">{replay}</td>
        </tr>
    }
    .into_any()
}

/// Whether the last attempt did not arrive.
fn has_failed(row: &DeliveryRow) -> bool {
    row.trouble.is_some()
        || row
            .status
            .is_some_and(|status| !(200..300).contains(&status))
}

/// `Answered 500, 3 attempts. Next: 22 Nov 2026, 10:30 UTC`. None for one that is on its way, though
/// it may have arrived before it was replayed.
fn reason(row: &DeliveryRow) -> Option<String> {
    if row.state == DeliveryProgress::Waiting && !has_failed(row) {
        return None;
    }
    let came = match (row.status, &row.trouble) {
        (Some(status), _) => format!("Answered {status}"),
        (None, Some(trouble)) => format!("No answer: {trouble}"),
        (None, None) => return None,
    };
    let attempts = match row.attempts {
        0 | 1 => String::new(),
        attempts => format!(", {attempts} attempts"),
    };
    let next = row.due.as_ref().map(|due| format!(". Next: {due}"));
    Some(format!("{came}{attempts}{}", next.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::event::EventType;

    #[test]
    fn what_came_of_it_is_said_in_a_line() {
        use DeliveryProgress::{Delivered, Waiting};
        let row = |state, status, trouble: Option<&str>, attempts, due: Option<&str>| {
            reason(&DeliveryRow {
                event_id: String::new(),
                event_type: EventType::Created,
                at: String::new(),
                state,
                attempts,
                due: due.map(ToOwned::to_owned),
                status,
                trouble: trouble.map(ToOwned::to_owned),
                answer: None,
            })
        };
        assert_eq!(row(Waiting, None, None, 0, Some("now")), None);
        assert_eq!(
            row(Delivered, Some(204), None, 1, None).unwrap(),
            "Answered 204"
        );
        // Replayed after it had arrived.
        assert_eq!(row(Waiting, Some(204), None, 1, Some("now")), None);
        assert_eq!(
            row(Waiting, Some(500), None, 2, Some("soon")).unwrap(),
            "Answered 500, 2 attempts. Next: soon"
        );
        assert_eq!(
            row(Waiting, None, Some("no answer in time"), 3, Some("soon")).unwrap(),
            "No answer: no answer in time, 3 attempts. Next: soon"
        );
    }
}
