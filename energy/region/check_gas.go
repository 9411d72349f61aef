package region

import "github.com/astara-corridors/astara/diag"

func (c *checker) gas() {
	seen, stores := map[string]diag.Pos{}, map[string]diag.Pos{}
	for i := range c.Sources {
		r := &c.Sources[i]
		where := "gas source " + r.ID
		c.id(seen, "gas source", r.ID, r.Pos)
		if c.ref(r.Pos, where, "zone", r.Zone, c.n.zone) && !c.has(r.Zone, Gas) {
			c.l.Report(ruleCarrier, r.Pos, r.Zone, "%s is in zone %s, which has no gas", where, r.Zone)
		}
		if r.Origin == "" {
			c.l.Report(ruleReference, r.Pos, r.ID, "%s has no origin", where).Hint = "say who sells the gas"
		}
		c.figure(r.Pos, "capacity of "+where, r.Capacity, 0)
		c.figure(r.Pos, "cost of "+where, r.Cost, optional)
		c.figure(r.Pos, "peak of "+where, r.Peak, optional)
		c.figure(r.Pos, "unit of "+where, r.Unit, optional)
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
	}
	for i := range c.Storages {
		r := &c.Storages[i]
		where := "storage " + r.ID
		c.id(stores, "storage", r.ID, r.Pos)
		if c.ref(r.Pos, where, "zone", r.Zone, c.n.zone) && !c.has(r.Zone, Gas) {
			c.l.Report(ruleCarrier, r.Pos, r.Zone, "%s is in zone %s, which has no gas", where, r.Zone)
		}
		c.figure(r.Pos, "working gas of "+where, r.Working, 0)
		c.figure(r.Pos, "withdrawal of "+where, r.Withdrawal, 0)
		c.figure(r.Pos, "injection of "+where, r.Injection, optional)
		c.figure(r.Pos, "unit of "+where, r.Unit, optional)
		if c.figure(r.Pos, "stock of "+where, r.Stock, optional) && given(r.Working) && r.Stock.Low > r.Working.High {
			c.l.Report(ruleFigure, r.Pos, r.ID, "the stock of %s is more than it holds", where)
		}
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
	}
}

// trade checks contracts and exchanges.
func (c *checker) trade() {
	seen := map[string]diag.Pos{}
	producers := map[string]int{}
	for i := range c.Sources {
		producers[c.Sources[i].Origin] = i
	}
	for i := range c.Contracts {
		r := &c.Contracts[i]
		where := "gas contract " + r.ID
		c.id(seen, "gas contract", r.ID, r.Pos)
		c.ref(r.Pos, where, "origin of a gas source", r.Origin, producers)
		if c.ref(r.Pos, where, "buyer (zone or country)", r.Buyer, c.n.zone, c.n.country) {
			gas := false
			for z := range c.Zones {
				gas = gas || (c.Zones[z].ID == r.Buyer || c.Zones[z].Country == r.Buyer) && c.has(c.Zones[z].ID, Gas)
			}
			if !gas {
				c.l.Report(ruleCarrier, r.Pos, r.Buyer, "%s sells to %s, which has no gas", where, r.Buyer)
			}
		}
		joined := true
		for _, p := range r.Via {
			joined = c.ref(r.Pos, where, "pipe", p, c.n.pipe) && joined
		}
		if joined && len(r.Via) > 0 && !c.broken && !c.leads(r) {
			c.l.Report(ruleTrade, r.Pos, r.ID, "the pipes of %s do not lead from a source of %s to %s", where, r.Origin, r.Buyer).Hint = "via names every pipe of the way"
		}
		if r.With != "" {
			c.ref(r.Pos, where, "partner", r.With, c.n.contract, c.n.exchange)
		}
		c.figure(r.Pos, "amount of "+where, r.Amount, optional)
		c.figure(r.Pos, "peak of "+where, r.Peak, optional)
		c.figure(r.Pos, "price of "+where, r.Price, optional)
		c.figure(r.Pos, "margin of "+where, r.Margin, optional)
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
	}
	both := map[string]diag.Pos{}
	for i := range c.Exchanges {
		r := &c.Exchanges[i]
		where := "exchange " + r.ID
		c.id(both, "exchange", r.ID, r.Pos)
		from, to := c.ref(r.Pos, where, "zone", r.From, c.n.zone), c.ref(r.Pos, where, "zone", r.To, c.n.zone)
		if from && to && !c.broken && c.sameMarket(r.From, r.To) {
			c.l.Report(ruleTrade, r.Pos, r.ID, "%s does not leave its market: ties join %s and %s within one country", where, r.From, r.To)
		}
		for _, z := range []string{r.From, r.To} {
			if !c.has(z, Power) {
				c.l.Report(ruleCarrier, r.Pos, z, "%s ends in zone %s, which has no power", where, z)
			}
		}
		for _, b := range r.Blocks {
			c.ref(r.Pos, where, "block", b, c.n.block)
		}
		c.word(r.Pos, where, "kind", string(r.Kind), string(Firm), string(Option), string(Swap), string(Seasonal))
		c.figure(r.Pos, "power of "+where, r.Power, optional)
		c.figure(r.Pos, "energy of "+where, r.Energy, optional)
		c.figure(r.Pos, "price of "+where, r.Price, optional)
		c.figure(r.Pos, "margin of "+where, r.Margin, optional)
		c.figure(r.Pos, "ratio of "+where, r.Ratio, optional)
		if r.Kind == Firm && !given(r.Power) && !given(r.Energy) {
			c.l.Report(ruleTrade, r.Pos, r.ID, "%s is firm but gives neither power nor energy", where).Hint = "give MW for a delivery in every block, or GWh/yr for one over the year"
		}
		if r.Kind == Swap {
			if _, ok := c.n.contract[r.With]; !ok {
				c.ref(r.Pos, where, "gas contract (with)", r.With, c.n.contract)
			}
			if !given(r.Ratio) {
				c.l.Report(ruleTrade, r.Pos, r.ID, "%s is a swap without a ratio", where).Hint = "give the kWh returned per m3 of gas"
			}
		} else if r.With != "" {
			c.ref(r.Pos, where, "partner", r.With, c.n.contract, c.n.exchange)
		}
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
	}
}

// leads says whether the pipes that a contract names join a source of its origin to
// its buyer.
func (c *checker) leads(r *Contract) bool {
	reached := map[string]bool{}
	for i := range c.Sources {
		if c.Sources[i].Origin == r.Origin {
			reached[c.Sources[i].Zone] = true
		}
	}
	for again := true; again; {
		again = false
		for _, id := range r.Via {
			p := &c.Pipes[c.n.pipe[id]]
			for _, e := range [2][2]string{{p.From, p.To}, {p.To, p.From}} {
				if reached[e[0]] && !reached[e[1]] && (e[0] == p.From || given(p.CapacityBack)) {
					reached[e[1]], again = true, true
				}
			}
		}
	}
	for z := range c.Zones {
		if reached[c.Zones[z].ID] && (c.Zones[z].ID == r.Buyer || c.Zones[z].Country == r.Buyer) {
			return true
		}
	}
	return false
}

// sameMarket says whether ties or pipes within one country join two zones.
func (c *checker) sameMarket(a, b string) bool {
	u := newUnion(len(c.Zones))
	join := func(x, y string) {
		i, ok := c.n.zone[x]
		j, also := c.n.zone[y]
		if ok && also && c.Zones[i].Country == c.Zones[j].Country {
			u.join(i, j)
		}
	}
	for i := range c.Ties {
		join(c.Ties[i].From, c.Ties[i].To)
	}
	for i := range c.Pipes {
		join(c.Pipes[i].From, c.Pipes[i].To)
	}
	return u.find(c.n.zone[a]) == u.find(c.n.zone[b])
}

// ownFirst warns where the value of a firm contract is above that of load the seller
// has itself: contracts should be cut before it.
func (c *checker) ownFirst() {
	for i := range c.Constants {
		k := &c.Constants[i]
		carrier := map[string]Carrier{ConstFirmPower: Power, ConstFirmGas: Gas}[k.Name]
		if carrier == "" {
			continue
		}
		said := map[string]bool{}
		for j := range c.Loads {
			r := &c.Loads[j]
			t, ok := c.n.tier[r.Tier]
			if !ok || r.Carrier != carrier || said[r.Tier] || c.Tiers[t].Value.Central > k.Value.Central || !c.sells(r.Zone, carrier) {
				continue
			}
			said[r.Tier] = true
			d := c.l.Report(ruleOwnFirst, k.Pos, k.Name, "%s is %g, tier %s of the seller %s is worth %g: its own load goes short first", k.Name, k.Value.Central, r.Tier, r.Zone, c.Tiers[t].Value.Central)
			d.Also = append(d.Also, r.Pos)
			d.Hint = "lower the constant, or say option with a price for what is cut first"
		}
	}
}

// sells says whether a zone sells firmly abroad.
func (c *checker) sells(zone string, carrier Carrier) bool {
	z, ok := c.n.zone[zone]
	if !ok {
		return false
	}
	country := c.Zones[z].Country
	if carrier == Gas {
		for i := range c.Contracts {
			if c.Contracts[i].Origin == country {
				return true
			}
		}
		return false
	}
	for i := range c.Exchanges {
		if from, ok := c.n.zone[c.Exchanges[i].From]; ok && c.Zones[from].Country == country && c.Exchanges[i].Kind != Option {
			return true
		}
	}
	return false
}
