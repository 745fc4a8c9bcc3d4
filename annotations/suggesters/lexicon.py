"""The words that the rules know: data only, from general knowledge of Italian news.

Kept small on purpose: a trained pipeline knows more names than a list can. Word lists are in lower case
unless they say otherwise.
"""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, to look one up in."""
    return frozenset(text.split())


AUXILIARIES = word_set(
    "ha hanno aveva avevano avrebbe avrebbero è sono era erano stato stata stati state ho abbiamo ebbe "
    "viene vengono venne avendo aver avere va"
)
ADVERBS = word_set(
    "poi anche inoltre invece intanto oggi ieri ancora però quindi infine così subito sempre già più non "
    "ora stamattina stamani stasera ripetutamente addirittura almeno persino nuovamente successivamente "
    "spesso sotto ironicamente apertamente prima dopo adesso mai pure ci gli le lo la li mi si ne vi ti"
)
PRONOUNS = word_set("lui lei loro egli ella essi esse quest'ultimo quest'ultima costui")
ARTICLES = word_set("il lo la i gli le l' l’ un uno una un' un’")
POSSESSIVES = word_set("suo sua suoi sue loro mio nostro")
OF = word_set(
    "di del dello della dell' dell’ dei degli delle d' d’ de dal al all' all’ alla allo agli ai alle ad per"
)
"""Words that tie a complement to a speaker: ministro della Difesa, assessora all'Urbanistica."""
TIES_ALWAYS = word_set("di del dello della dell' dell’ dei degli delle d' d’")

TITLES = word_set(
    "presidente presidentessa vicepresidente premier ex-premier ministro ministra viceministro "
    "viceministra primo-ministro portavoce leader segretario segretaria sottosegretario sottosegretaria "
    "tycoon avvocato avvocata avvocatessa sindaco sindaca vicesindaco vicesindaca assessore assessora "
    "senatore senatrice deputato deputata onorevole on on. eurodeputato eurodeputata europarlamentare "
    "governatore governatrice cancelliere cancelliera re regina principe principessa papa pontefice "
    "cardinale vescovo arcivescovo don padre suor suora monsignor monsignore frate san santa santo "
    "generale colonnello capitano maresciallo ammiraglio comandante tenente maggiore professor professore "
    "professoressa prof prof. dottor dottore dottoressa dott dott. dr dr. ingegner ingegnere architetto "
    "signor signore signora signorina sig. direttore direttrice amministratore amministratrice delegato "
    "delegata manager imprenditore imprenditrice allenatore allenatrice tecnico attaccante centrocampista "
    "difensore portiere bomber regista attore attrice cantante cantautore cantautrice scrittore "
    "scrittrice giornalista conduttore conduttrice procuratore procuratrice giudice pm gip gup magistrato "
    "questore prefetto prefetta commissario commissaria capogruppo consigliere consigliera omologo "
    "omologa collega sceicco sultano emiro dittatore oppositore dissidente attivista campione campionessa "
    "pilota ciclista calciatore tennista medico ricercatore ricercatrice scienziato scienziata storico "
    "poeta pittore fotografo compagno moglie marito figlio figlia fratello sorella nipote zio zia nonno "
    "nonna madre amico amica lady mister mr mrs sir raìs console ambasciatore ambasciatrice inviato "
    "inviata relatore relatrice testimone imputato vittima sovrintendente biologa biologo insegnante "
    "preside rettore rettrice coordinatore coordinatrice responsabile fondatore fondatrice patron "
    "presentatore segretari capitana libero palleggiatrice palleggiatore schiacciatrice opposto centrale "
    "coach"
)
"""Words before a person's name that are not part of it."""

SPEAKERS = TITLES | word_set(
    "fonte fonti ministero governo quotidiano agenzia procura polizia questura comune regione azienda "
    "società gruppo partito sindacato comitato associazione difesa accusa avvocati legali medici tecnici "
    "esperti ricercatori autorità opposizione maggioranza ambasciata ufficio giornale rivista sito "
    "settimanale comunicato nota donna uomo ragazzo ragazza giovane residenti abitanti testimoni "
    "passeggeri passeggero macchinista capotreno tifosi studenti genitori vicino familiari esercito "
    "tribunale corte giudici magistrati leader ribelli cittadini cittadino amministrazione vertici "
    "responsabili membro inquirenti investigatori carabinieri istituto centro consiglio commissione "
    "candidato inviato lavoratori operai bambino bambini madre padre tizio cliente clienti lettore "
    "scienziati presidenza segreteria direzione sottufficiale ufficiale militare militari generale "
    "patriarca"
)
"""Common nouns that can be the source of a quote without a name."""

ORG_HEADS = word_set(
    "ministero banca università partito movimento lega fondazione associazione istituto agenzia gruppo "
    "consiglio camera senato parlamento corte tribunale procura comitato commissione unione federazione "
    "sindacato società azienda compagnia comune regione questura prefettura dipartimento autorità "
    "confederazione cooperativa consorzio ente organizzazione fronte alleanza patto esercito marina "
    "aeronautica polizia guardia protezione croce teatro museo accademia ospedale policlinico politecnico "
    "ateneo liceo scuola club football fc ac as us asd volley basket calcio corriere gazzetta giornale "
    "quotidiano radio tv rai tg gr osservatorio centro forza fratelli coalizione congresso assemblea "
    "conferenza cassazione cda ordine agcom authority council bank university party press times post news "
    "international group spa srl foundation airlines motors company corporation united city orchestra "
    "casa"
)
"""First words (or any English word) of an organisation's name."""
ORG_HEADS_LOWER = word_set(
    "ministero università banca tribunale procura ambasciata dipartimento questura prefettura corte "
    "consiglio camera partito"
)
"""Those that belong to the name even without a capital, where «di» and a name follow."""
LOC_HEADS = word_set(
    "via viale piazza piazzale piazzetta corso largo vicolo ponte porta monte monti lago mar mare golfo "
    "isola isole stretto valle val fiume capo cala costa porto castello villa borgo parco stazione "
    "aeroporto stadio palazzetto san santa santo sant' sant’ sant nuova new los las el-arish contrada rio "
    "alpi baia deserto penisola striscia provincia basilica cattedrale duomo palasport arena"
)
LOC_HEADS_LOWER = word_set("via viale piazza piazzale piazzetta vicolo lungotevere lungarno largo")
MISC_HEADS = word_set(
    "festival coppa premio trattato accordo legge decreto costituzione campionato mondiali europei "
    "olimpiadi giochi supercoppa champions serie giro tour piano progetto operazione vangelo bibbia "
    "natale pasqua world cup open grand gran"
)
FIRST_NAMES = word_set(
    "alberto aldo alessandra alessandro alessia alessio alfonso alfredo alice andrea angela angelo anna "
    "antonella antonio arianna armando arturo aurora beatrice benedetto beppe bruno camilla carla carlo "
    "carmela caterina cecilia cesare chiara cinzia clara claudia claudio corrado cristiano cristina "
    "daniela daniele dario davide debora diego domenico donatella edoardo elena eleonora elisa elisabetta "
    "elly emanuele emilio emma enrico enzo ernesto eugenio eva fabio fabrizio fausto federica federico "
    "felice ferdinando filippo fiammetta flavia flavio franca francesca francesco franco gabriele "
    "gabriella gaetano gennaro giacomo gianfranco gianluca gianni giancarlo gianmarco giovanna giovanni "
    "giorgia giorgio giulia giuliana giuliano giulio giuseppe giuseppina graziella grazia gualtiero "
    "guglielmo guido ignazio ilaria irene isabella ivan jacopo laura leonardo letizia licia lorenza "
    "lorenzo luca lucia luciano luigi luisa maddalena manuela mara marcella marcello marco margherita "
    "maria marina mario marta martina massimiliano massimo matilde matteo mattia maurizio mauro michele "
    "michela mirko monica nadia natalia nicola nicoletta nicolò oreste orazio ottavia paola paolo "
    "pasquale patrizia piero pietro pino raffaele raffaella renato renzo riccardo rita roberta roberto "
    "rocco romano rosa rosalba rosario rosaria salvatore sandro sara serena sergio silvana silvano silvia "
    "silvio simona simone sofia stefania stefano susanna teresa tommaso umberto valentina valeria valerio "
    "vanessa vasco veronica vincenzo virginia vito vittoria vittorio walter abdul ahmed ali alexander "
    "alexei ban barack benjamin bernard bill boris charles christian daniel david dmitri donald elon "
    "emmanuel erdogan francois françois frank friedrich george hamid hans hassan henry hugo ibrahim igor "
    "jack james jean jens joe john jorge josé joseph juan kamala karim keir kim klaus lars li lionel "
    "louis luis mahmoud marine mark martin max michael michel mike mohamed mohammed muhammad nancy "
    "nicolas nikolai olaf oleg omar oscar patrick paul pedro peter pierre recep richard robert roger "
    "ronald saddam sam samuel sergei sergej serge sebastian silvester simon steve susan thomas tim tom "
    "tony ursula viktor vladimir volodymyr vivian whitney william wang xi yulia"
)
PARTICLES = word_set(
    "von van der den de du del della di da dos do bin ibn al el y la le ter ten dal dei d' d’"
)
"""Small words inside a person's name."""
SAFE_PARTICLES = word_set("von van der den du bin ibn dos ter ten")

ORG_NAMES = (
    "Ue", "UE", "Nato", "NATO", "Onu", "ONU", "Unione Europea", "Unione europea", "Nazioni Unite",
    "Casa Bianca", "Cremlino", "Eliseo", "Quirinale", "Palazzo Chigi", "Farnesina", "Viminale", "Pentagono",
    "Palazzo Madama", "Montecitorio", "Bundestag", "Downing Street", "Bce", "BCE", "Fmi", "FMI", "Oms",
    "OMS", "Unicef", "Unesco", "Interpol", "Europol", "Commissione europea", "Parlamento europeo",
    "Consiglio europeo", "Unione Sovietica", "Hamas", "Hezbollah", "Isis", "Congresso", "Senato",
    "Parlamento", "Cassazione", "Croce Rossa", "Guardia di finanza",
    "Protezione civile", "Vigili del fuoco", "Corte dei conti", "Vigili del Fuoco", "Guardia di Finanza",
    "Protezione Civile", "Forza Italia", "Fratelli d'Italia", "Fratelli d’Italia", "Lega",
    "Partito Democratico", "Pd", "PD", "Pdl", "PDL", "M5S", "M5s", "Cgil", "Cisl", "Uil", "Confindustria",
    "Istat", "Inps", "Rai", "RAI", "Mediaset", "Fiat", "Eni", "Enel", "Google", "Microsoft", "Apple",
    "Facebook", "Meta", "Amazon", "Twitter", "Wikipedia", "Juventus", "Inter", "Milan", "Csm", "CSM",
    "Bankitalia", "Banca d'Italia", "Banca d’Italia", "Trenitalia", "Alitalia", "Reuters", "Axios",
    "Bloomberg", "Politico", "New York Times", "Washington Post", "Financial Times", "Guardian", "Bbc",
    "BBC", "Cnn", "CNN", "Le Monde", "El País", "la Repubblica", "Corriere della Sera", "La Stampa",
    "Il Sole 24 Ore", "Sole 24 Ore", "Camera dei Deputati", "Camera dei deputati", "Tar", "TAR",
    "Corte dei Conti", "Asl", "ASL",
)  # fmt: skip
"""As they are written."""
AGENCIES = (
    "ANSA", "Ansa", "Adnkronos", "askanews", "Askanews", "AGI", "Agi", "LaPresse", "Italpress",
    "Agenzia Nova", "DIRE", "9Colonne", "Reuters", "AFP", "Afp", "TASS", "Tass", "Interfax", "Xinhua",
)  # fmt: skip
LOC_NAMES = (
    "Usa", "USA", "Stati Uniti d'America", "Stati Uniti d’America", "Gran Bretagna", "Inghilterra",
    "Scozia", "Galles", "Olanda", "Birmania", "Europa", "Africa", "Asia", "America", "America Latina",
    "Sud America", "Nord America", "Oceania", "Medio Oriente", "Corea", "Cecenia", "Crimea", "Donbass",
    "Gaza", "Striscia di Gaza", "Cisgiordania", "Palestina", "Vaticano", "Santa Sede", "Balcani",
    "Mediterraneo", "Atlantico", "Pacifico", "Hong Kong", "Myanmar", "Costa d'Avorio", "Cechia",
    "Repubblica Ceca", "Congo", "Emilia-Romagna", "Emilia Romagna", "Romagna", "Lombardia", "Piemonte",
    "Veneto", "Liguria", "Toscana", "Umbria", "Marche", "Lazio", "Abruzzo", "Molise", "Campania", "Puglia",
    "Basilicata", "Calabria", "Sicilia", "Sardegna", "Trentino", "Alto Adige", "Trentino-Alto Adige",
    "Friuli", "Friuli-Venezia Giulia", "Valle d'Aosta", "Valle d’Aosta", "Maremma", "Padania", "Milano",
    "Torino", "Genova", "Bologna", "Firenze", "Napoli", "Bari", "Palermo", "Catania", "Messina", "Cagliari",
    "Sassari", "Olbia", "Venezia", "Verona", "Padova", "Vicenza", "Treviso", "Trieste", "Udine", "Trento",
    "Bolzano", "Brescia", "Bergamo", "Como", "Varese", "Monza", "Pavia", "Cremona", "Mantova", "Parma",
    "Modena", "Reggio Emilia", "Ferrara", "Ravenna", "Rimini", "Forlì", "Cesena", "Piacenza", "Ancona",
    "Pesaro", "Perugia", "Terni", "Pescara", "L'Aquila", "L’Aquila", "Livorno", "Pisa", "Lucca", "Siena",
    "Arezzo", "Grosseto", "Prato", "Pistoia", "Viterbo", "Latina", "Frosinone", "Rieti", "Salerno",
    "Caserta", "Avellino", "Benevento", "Foggia", "Taranto", "Lecce", "Brindisi", "Potenza", "Matera",
    "Cosenza", "Catanzaro", "Reggio Calabria", "Crotone", "Siracusa", "Ragusa", "Agrigento", "Trapani",
    "Novara", "Vercelli", "Alessandria", "Asti", "Cuneo", "Savona", "Imperia", "Sanremo", "La Spezia",
    "Aosta", "Ostia", "Washington", "New York", "San Francisco", "Boston", "Miami", "California", "Texas",
    "Florida", "Alaska", "Monaco di Baviera", "Francoforte", "Amburgo", "Colonia", "Marsiglia", "Lione",
    "Strasburgo", "Barcellona", "Siviglia", "Valencia", "Ginevra", "Manchester", "Liverpool", "Oxford",
    "Cambridge", "San Pietroburgo", "Kharkiv", "Odessa", "Mariupol", "Kherson", "Bruxelles", "Pechino",
    "Nuova Delhi", "Bombay", "Tel Aviv", "Rio de Janeiro", "San Paolo", "Pyongyang", "Studio Ovale",
    "Fukushima", "Alpi", "Appennini", "Corsica",
    "Baviera", "Catalogna", "Provenza", "Normandia", "Andalusia", "Creta",
    "Tirolo", "Istria", "Siberia", "Tibet", "Kurdistan", "Chieti", "Teramo", "Campobasso", "Isernia", "Lecco",
    "Lodi", "Sondrio", "Biella", "Verbania", "Belluno", "Rovigo", "Pordenone", "Gorizia", "Macerata",
    "Ascoli Piceno", "Barletta", "Trani", "Enna", "Caltanissetta", "Nuoro", "Oristano", "Vibo Valentia",
    "Carrara", "Faenza", "Imola", "Kiev", "Vesuvio", "Etna", "Po", "Tevere", "Arno",
)  # fmt: skip
"""Places that CLDR's lists of territories and of time zones do not name, as they are written."""
MISC_NAMES = (
    "Natale", "Pasqua", "Ferragosto", "Capodanno", "Olimpiadi", "Serie A", "Champions League",
    "Europa League", "Divina Commedia", "Costituzione", "Covid-19", "Covid", "Brexit",
)  # fmt: skip

COMMON_CAPITALS = word_set(
    "paese paesi stato stati governo presidente ministro papa repubblica dio signore signora costituzione "
    "capo presidenza consiglio giunta aula tribunale comune regione provincia euro sud nord est ovest "
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì "
    "martedì mercoledì giovedì venerdì sabato domenica premier ministri esteri interni difesa interno "
    "giustizia santo natura terra sole luna nazione patria chiesa internet web rete ndr "
    "economia ambiente urbanistica bilancio cultura salute sanità istruzione trasporti infrastrutture "
    "agricoltura turismo mobilità lavoro"
)
"""Words with a capital that alone are no name."""
FUNCTION_WORDS = (
    ARTICLES
    | ADVERBS
    | AUXILIARIES
    | PRONOUNS
    | POSSESSIVES
    | OF
    | word_set(
        "a al allo alla all' all’ ai agli alle con col coi da dal dallo dalla dall' dall’ dai dagli dalle in "
        "nel nello nella nell' nell’ nei negli nelle su sul sullo sulla sull' sull’ sui sugli sulle per tra "
        "fra e ed o od ma se che chi cui non né come quando dove mentre perché poiché affinché sebbene "
        "benché "
        "nonostante malgrado secondo dopo prima durante contro senza verso fino entro oltre sotto sopra "
        "dentro fuori questo questa questi queste quest' quest’ quel quello quella quell' quell’ quei quegli "
        "quelle tutto tutta tutti tutte ogni alcuni alcune altro altra altri altre nessun nessuno nessuna "
        "qualche molti molte molto molta pochi poco tanto tanti troppo due tre quattro cinque sei sette otto "
        "nove dieci cento mille cosa ecco sì no forse allora dunque eppure oppure anzi infatti comunque "
        "tuttavia perfino proprio solo soltanto ormai appena quasi circa domani stanotte stavolta qui qua lì "
        "là tornare lui lei loro noi voi io tu ho hai ha abbiamo avete sia siano fu furono sarà saranno fa "
        "c' "
        "c’ ci d' s' c'è cos' dov' com' intanto quanto quanti quale quali finché siccome purché ciò stesso "
        "stessa"
    )
)
COMMON_ACRONYMS = word_set(
    "gp cest gmt utc lsd url aids hiv dna rna pil iva tv ok sms pc dj ip gps ufo dvd cd pdf faq sos vip "
    "irpef imu suv led sars dpcm km ii iii iv ad ceo cfo tac tso fiv no si ndr nb ps va spa srl usb http"
)
"""Capitals that name nothing."""
ORG_BEFORE = word_set(
    "quotidiano settimanale mensile giornale rivista agenzia emittente sito società azienda gruppo banca "
    "sindacato partito associazione fondazione club squadra compagnia multinazionale casa ong onlus "
    "portale movimento cooperativa consorzio università lista"
)
"""Common nouns before an organisation's name, «il quotidiano ucraino European Pravda»."""
