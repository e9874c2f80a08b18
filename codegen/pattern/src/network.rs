//! IP addresses and networks. In: texts. Out: an address, or a test whether an address is one of a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network, such as `10.0.0.0/24`. Bits of the address behind the mask are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Fails with EventBridge's words. It takes no mask that leaves one address.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        // Java's split drops empty parts at the end: `10.0.0.0/` has no slash for it.
        let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
        let [address, mask] = parts[..] else {
            return Err("Malformed CIDR, one '/' required".to_owned());
        };
        let bits: i32 = mask
            .parse()
            .map_err(|_| "Malformed CIDR, mask bits must be an integer")?;
        let bits = u32::try_from(bits).map_err(|_| "Malformed CIDR, mask bits must not be negative")?;
        let address = self::read_address(address).ok_or_else(|| not_an_address(address))?;
        match address {
            IpAddr::V4(_) if bits > 31 => Err("IPv4 mask bits must be < 32".to_owned()),
            IpAddr::V6(_) if bits > 127 => Err("IPv6 mask bits must be < 128".to_owned()),
            _ => Ok(Self { address, bits }),
        }
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        match (self.address, read_address(text)) {
            (IpAddr::V4(network), Some(IpAddr::V4(other))) => {
                ((network.to_bits() ^ other.to_bits()) & u32::MAX.checked_shl(32 - self.bits).unwrap_or(0)) == 0
            }
            (IpAddr::V6(network), Some(IpAddr::V6(other))) => {
                ((network.to_bits() ^ other.to_bits()) & u128::MAX.checked_shl(128 - self.bits).unwrap_or(0)) == 0
            }
            _ => false,
        }
    }
}

/// Returns the address that a text is. As in Java, numbers of an IPv4 address may start with zeros, and an IPv4 address that is
/// written as IPv6 is an IPv4 address.
pub(crate) fn read_address(text: &str) -> Option<IpAddr> {
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':')
    {
        return None;
    }
    if text.contains(':') {
        let address: Option<Ipv6Addr> = if text.contains('.') { None } else { text.parse().ok() };
        address.map(|address| IpAddr::V6(address).to_canonical())
    } else {
        ipv4(text).map(IpAddr::V4)
    }
}

fn ipv4(text: &str) -> Option<Ipv4Addr> {
    if text.len() > 15 {
        return None;
    }
    let mut parts = text.split('.').map(|part| part.parse::<u8>().ok());
    let mut next = || parts.next().flatten();
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    parts.next().is_none().then_some(address)
}

fn not_an_address(text: &str) -> String {
    let is_v4 = text.split('.').count() == 4
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_v6 = text.contains(':') && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    let kind = if is_v4 || is_v6 { "Invalid" } else { "Nonstandard" };
    format!("{kind} IP address: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(network: &str, address: &str) -> bool {
        Network::read(network).unwrap().contains(address)
    }

    #[test]
    fn an_address_is_in_its_network() {
        assert!(has("10.0.0.5/24", "10.0.0.1"));
        assert!(!has("10.0.0.0/24", "10.0.1.0"));
        assert!(has("0.0.0.0/0", "255.1.2.3"));
        assert!(has("10.0.0.0/8", "010.1.1.1"));
        assert!(has("2001:db8::/33", "2001:0db8:7fff::1"));
        assert!(!has("2001:db8::/33", "2001:db8:8000::1"));
        assert!(has("::/0", "2001:db8::1"));
        assert!(has("10.0.0.0/8", "::ffff:a00:1"));
        for no_address in [
            "",
            "ten",
            "10.0.0",
            "10.0.0.256",
            "10.0.0.1.1",
            "::1::",
            "12:30",
            "10.0.0.+1",
        ] {
            assert!(
                !has("0.0.0.0/0", no_address) && !has("::/0", no_address),
                "{no_address}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_network() {
        for (network, reason) in [
            ("10.0.0.0", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/8/8", "Malformed CIDR, one '/' required"),
            ("10.0.0.0/x", "Malformed CIDR, mask bits must be an integer"),
            ("10.0.0.0/-1", "Malformed CIDR, mask bits must not be negative"),
            ("10.0.0.0/32", "IPv4 mask bits must be < 32"),
            ("::1/128", "IPv6 mask bits must be < 128"),
            ("10.0.0.300/8", "Invalid IP address: 10.0.0.300"),
            ("localhost/8", "Nonstandard IP address: localhost"),
        ] {
            assert_eq!(Network::read(network).unwrap_err(), reason);
        }
    }
}
