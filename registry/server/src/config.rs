//! How a server is set up. In: the folder of its data, and by choice where it listens, whom it lets in, what it allows and what it
//! generates. Out: a [`Config`] for [`start`](crate::start()).

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use schemactl_pages::JudgementResult;

use crate::bus::BusClient;
use crate::facts::{EventFacts, FactsSetting};
use crate::judge::{JudgeSetting, JudgedContent};
use crate::languages::{Binding, GeneratedFiles, Languages};
use crate::limits::{Limits, Quotas};
use crate::notices::Notices;

/// Where the server listens, where it keeps its data, and what it holds callers to.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) data: PathBuf,
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) quotas: Quotas,
    pub(crate) limits: Limits,
    pub(crate) keys: Option<(String, String)>,
    pub(crate) languages: Languages,
    pub(crate) bus: Option<BusClient>,
    pub(crate) notices: Notices,
    pub(crate) judge: JudgeSetting,
    pub(crate) facts: FactsSetting,
}

impl Config {
    /// Creates the settings of a server with its data in the folder `data`, which is created if need be, on a free port of 127.0.0.1,
    /// with the quotas of AWS.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            quotas: Quotas::default(),
            limits: Limits::default(),
            keys: None,
            languages: Languages::default(),
            bus: None,
            notices: Notices::default(),
            judge: JudgeSetting::default(),
            facts: FactsSetting::default(),
        }
    }

    /// Hears what no answer tells: a line for each event that is not discovered, with the reason.
    #[must_use]
    pub fn notices(mut self, hear: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.notices = Notices::new(hear);
        self
    }

    /// Sets the address to listen on, 127.0.0.1 unless said otherwise. Any address that is not of this machine alone needs
    /// [`Config::verify_signatures`]: without it the server does not start.
    #[must_use]
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Sets the port to listen on; 0 means a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the region in the ARNs that the server hands out, us-east-1 unless said otherwise. ARNs are not stored, so the
    /// same data can be served as another region.
    #[must_use]
    pub fn region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// Sets the account in the ARNs that the server hands out, 000000000000 unless said otherwise.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }

    /// Sets how many registries, schemas, versions and discoverers are allowed.
    #[must_use]
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets how many connections are allowed, and how long a client may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Lets only requests in that are signed with this key. Without it requests must be signed, and by whom does not matter.
    /// Pages for browsers are not served then, as a browser cannot sign.
    #[must_use]
    pub fn verify_signatures(mut self, access_key: &str, secret: &str) -> Self {
        self.keys = Some((access_key.to_owned(), secret.to_owned()));
        self
    }

    /// Generates code bindings of `language`, such as `Rust1`, with `generate`.
    #[must_use]
    pub fn language(
        mut self,
        language: &str,
        generate: impl Fn(&Binding<'_>) -> GeneratedFiles + Send + Sync + 'static,
    ) -> Self {
        self.languages.add(language, generate);
        self
    }

    /// Shows on the pages what `judge` says of a change: the old version comes first, then what is known of the event. It has to end by itself,
    /// with any content.
    #[must_use]
    pub fn judge(
        mut self,
        judge: impl Fn(&JudgedContent<'_>, &JudgedContent<'_>, Option<&EventFacts>) -> JudgementResult
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.judge = JudgeSetting::new(judge);
        self
    }

    /// Tells what `read` says of an event, by the name in the stamp of a content: the policy that its changes are judged under, and what of it is
    /// on its way out. It is asked for every page of a schema, with any text.
    #[must_use]
    pub fn event_facts(mut self, read: impl Fn(&str) -> Option<EventFacts> + Send + Sync + 'static) -> Self {
        self.facts = FactsSetting::new(read);
        self
    }

    /// Sends the events `Schema Created` and `Schema Version Created` to a bus.
    #[must_use]
    pub fn bus(mut self, bus: BusClient) -> Self {
        self.bus = Some(bus);
        self
    }
}
