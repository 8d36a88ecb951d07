//! What a back end asks for with its API key.

use app::contract::ErrorCode;
use serde_json::json;

use super::{
    super::{examples, operation::of_backend},
    Part,
};

pub fn part() -> Part {
    Part {
        name: "Back end",
        about: "What your back end learns of its users' connections, with an API key.",
        operations: vec![
            of_backend(
                "get",
                "/projects/{project_id}/events",
                "listEvents",
                "List events",
            )
            .says("What became of connections, the oldest first. Scope: `events:read`. Store `next` with what you did, and send it as `after` the next time: no event is missed, whatever happens at the same moment. Events are kept for 30 days unless the server says otherwise.")
            .query("after", false, "`next` of the page before. Left out: from the first that is kept.")
            .query("limit", false, "Between 1 and 500. Left out: 100.")
            .gives(
                200,
                "EventPage",
                "The events, and where the next page begins.",
                json!({ "events": [examples::event()], "next": "1042" }),
            )
            .fails(&[ErrorCode::InvalidInput]),
        ],
    }
}
