//! A router that remembers its routes, so that the API's document can be held against them.

use axum::{Router, handler::Handler, routing};

use super::AppState;

/// A path as axum writes it, and a method in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub path: &'static str,
    pub method: &'static str,
}

/// What a route for any method answers, as far as a document can say it.
const ANY: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[derive(Default)]
pub struct Table {
    router: Router<AppState>,
    routes: Vec<Route>,
}

macro_rules! methods {
    ($($method:ident)*) => {$(
        pub fn $method<H, T>(self, path: &'static str, handler: H) -> Self
        where
            H: Handler<T, AppState>,
            T: 'static,
        {
            self.add(path, &[stringify!($method)], routing::$method(handler))
        }
    )*};
}

impl Table {
    methods!(get post patch delete);

    /// Any method of a path that [`super::Door`] answers before the router is asked.
    pub fn answered_before(mut self, path: &'static str) -> Self {
        self.routes.extend(ANY.map(|method| Route { path, method }));
        self
    }

    fn add(
        mut self,
        path: &'static str,
        methods: &[&'static str],
        route: routing::MethodRouter<AppState>,
    ) -> Self {
        let routes = methods.iter().map(|&method| Route { path, method });
        self.routes.extend(routes);
        self.router = self.router.route(path, route);
        self
    }

    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.router = self.router.merge(other.router);
        self
    }

    /// Puts something around the routes that are there so far.
    pub fn around(mut self, wrap: impl FnOnce(Router<AppState>) -> Router<AppState>) -> Self {
        self.router = wrap(self.router);
        self
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}
