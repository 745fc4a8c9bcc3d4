"""Invented Italian news sentences and the quotes a careful reader finds in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A text and its quotes in reading order: content with its marks, cue, source."""

    id: str
    text: str
    quotes: tuple[tuple[str, str | None, str | None], ...]


CASES: tuple[Case, ...] = (
    Case(
        "guillemets-1",
        "Il sindaco Berardi ha annunciato: «Il ponte riaprirà entro la fine di marzo».",
        (("«Il ponte riaprirà entro la fine di marzo»", "annunciato", "sindaco Berardi"),),
    ),
    Case(
        "curly-1",
        "“I fondi arriveranno prima dell’estate”, ha assicurato l’assessora Marchetti.",
        (("“I fondi arriveranno prima dell’estate”", "assicurato", "assessora Marchetti"),),
    ),
    Case(
        "curly-2",
        "Il rettore Pansini ha ricordato che “nessuna facoltà chiuderà”, poi ha lasciato l’aula.",
        (("“nessuna facoltà chiuderà”", "ricordato", "rettore Pansini"),),
    ),
    Case(
        "low-1",
        "„Il raccolto è andato perduto“, racconta il viticoltore Egidio Saltini.",
        (("„Il raccolto è andato perduto“", "racconta", "viticoltore Egidio Saltini"),),
    ),
    Case(
        "low-2",
        "La direttrice Weber ha replicato: „Non abbiamo ricevuto alcuna richiesta“.",
        (("„Non abbiamo ricevuto alcuna richiesta“", "replicato", "direttrice Weber"),),
    ),
    Case(
        "straight-1",
        '"La pista è sicura", ha garantito il capo della Protezione civile.',
        (('"La pista è sicura"', "garantito", "capo della Protezione civile"),),
    ),
    Case(
        "single-curly-1",
        "‘Abbiamo perso tutto in un’ora’, ha raccontato la pescatrice Irma Dessì.",
        (("‘Abbiamo perso tutto in un’ora’", "raccontato", "pescatrice Irma Dessì"),),
    ),
    Case(
        "single-curly-2",
        "Il questore Lai ha precisato: ‘Gli agenti non erano armati’.",
        (("‘Gli agenti non erano armati’", "precisato", "questore Lai"),),
    ),
    Case(
        "single-straight-1",
        "'Il cantiere resta chiuso', ha confermato il geometra Orsenigo.",
        (("'Il cantiere resta chiuso'", "confermato", "geometra Orsenigo"),),
    ),
    Case(
        "single-straight-2",
        "Il procuratore Vanni ha spiegato che 'le indagini non sono concluse'.",
        (("'le indagini non sono concluse'", "spiegato", "procuratore Vanni"),),
    ),
    Case(
        "angle-1",
        "‹Partiremo all'alba›, ha promesso il comandante Reggiani.",
        (("‹Partiremo all'alba›", "promesso", "comandante Reggiani"),),
    ),
    Case(
        "angle-2",
        "L'armatore Bonfante ha scritto: ‹La nave non tornerà in porto›.",
        (("‹La nave non tornerà in porto›", "scritto", "armatore Bonfante"),),
    ),
    Case(
        "colon-1",
        "La ministra Galvani dichiara: «Il decreto sarà pronto lunedì».",
        (("«Il decreto sarà pronto lunedì»", "dichiara", "ministra Galvani"),),
    ),
    Case(
        "colon-2",
        'Al termine del vertice il governatore Tassinari avverte: "Senza pioggia razioneremo la fornitura".',
        (('"Senza pioggia razioneremo la fornitura"', "avverte", "governatore Tassinari"),),
    ),
    Case(
        "che-1",
        "Il presidente Altieri ribadisce che «il bilancio non si tocca».",
        (("«il bilancio non si tocca»", "ribadisce", "presidente Altieri"),),
    ),
    Case(
        "che-2",
        'La sindaca Pellegrini sostiene che "la tassa di soggiorno resterà invariata" anche nel '
        "prossimo anno.",
        (('"la tassa di soggiorno resterà invariata"', "sostiene", "sindaca Pellegrini"),),
    ),
    Case(
        "inversion-1",
        "«La fabbrica non chiuderà», assicura il sindacalista Nardella.",
        (("«La fabbrica non chiuderà»", "assicura", "sindacalista Nardella"),),
    ),
    Case(
        "inversion-2",
        '"Serve una commissione d\'inchiesta", afferma la senatrice Bellandi dopo la visita al carcere.',
        (('"Serve una commissione d\'inchiesta"', "afferma", "senatrice Bellandi"),),
    ),
    Case(
        "compound-1",
        "«Mi avevano avvisato troppo tardi», avrebbe dichiarato il custode Fiorini agli inquirenti.",
        (("«Mi avevano avvisato troppo tardi»", "dichiarato", "custode Fiorini"),),
    ),
    Case(
        "compound-2",
        'Già a gennaio l\'ingegnere Zappalà aveva segnalato: "Il pilone si muove".',
        (('"Il pilone si muove"', "segnalato", "ingegnere Zappalà"),),
    ),
    Case(
        "imperfect-1",
        "«Torneremo a giocare in questo stadio», ripeteva il presidente Ghislandi ai tifosi.",
        (("«Torneremo a giocare in questo stadio»", "ripeteva", "presidente Ghislandi"),),
    ),
    Case(
        "imperfect-2",
        'Ancora ieri il portavoce Sartori spiegava che "i negoziati non sono interrotti".',
        (('"i negoziati non sono interrotti"', "spiegava", "portavoce Sartori"),),
    ),
    Case(
        "remote-past-1",
        "«Non firmerò mai quel documento», rispose il vescovo Mainardi.",
        (("«Non firmerò mai quel documento»", "rispose", "vescovo Mainardi"),),
    ),
    Case(
        "remote-past-2",
        'Nel 1974 lo scrittore Ferruccio Daneri confidò: "Scrivo soltanto di notte".',
        (('"Scrivo soltanto di notte"', "confidò", "scrittore Ferruccio Daneri"),),
    ),
    Case(
        "gerund-1",
        "Il prefetto Anselmi ha ringraziato i volontari, aggiungendo che «le strade saranno "
        "riaperte domani».",
        (("«le strade saranno riaperte domani»", "aggiungendo", "prefetto Anselmi"),),
    ),
    Case(
        "gerund-2",
        'La deputata Rocchi ha criticato il piano, definendolo "un regalo alle banche".',
        (('"un regalo alle banche"', "definendolo", "deputata Rocchi"),),
    ),
    Case(
        "secondo-1",
        "Secondo il geologo Tiraboschi, «la frana si muove di due centimetri al giorno».",
        (("«la frana si muove di due centimetri al giorno»", "Secondo", "geologo Tiraboschi"),),
    ),
    Case(
        "secondo-2",
        '"La Borsa ha reagito con calma", secondo l\'analista Giulia Premoli.',
        (('"La Borsa ha reagito con calma"', "secondo", "analista Giulia Premoli"),),
    ),
    Case(
        "secondo-quanto-1",
        "Secondo quanto ha riferito il comandante Spadafora, l'incendio \"è partito da un deposito "
        'di gomme".',
        (('"è partito da un deposito di gomme"', "riferito", "comandante Spadafora"),),
    ),
    Case(
        "secondo-quanto-2",
        "Secondo quanto riferito dal medico legale, la vittima aveva «ferite compatibili con una caduta».",
        (("«ferite compatibili con una caduta»", "riferito", "medico legale"),),
    ),
    Case(
        "per-1",
        "Per l'allenatore Crippa, «la classifica si guarda soltanto a maggio».",
        (("«la classifica si guarda soltanto a maggio»", "Per", "allenatore Crippa"),),
    ),
    Case(
        "per-2",
        'Per la preside Ornella Guidi, "una scuola senza palestra non è una scuola".',
        (('"una scuola senza palestra non è una scuola"', "Per", "preside Ornella Guidi"),),
    ),
    Case(
        "nota-1",
        "«I treni torneranno regolari dalle 18», si legge in una nota.",
        (("«I treni torneranno regolari dalle 18»", "legge", None),),
    ),
    Case(
        "nota-2",
        '"Nessun dato dei clienti è stato sottratto", si legge in una nota della Banca Valtresca.',
        (('"Nessun dato dei clienti è stato sottratto"', "legge", "Banca Valtresca"),),
    ),
    Case(
        "colon-without-verb-1",
        "Bertolani: «Pronti a scendere in piazza».",
        (("«Pronti a scendere in piazza»", None, "Bertolani"),),
    ),
    Case(
        "colon-without-verb-2",
        'Alluvione, il ministro Corsaro: "Stanzieremo altri dieci milioni".',
        (('"Stanzieremo altri dieci milioni"', None, "ministro Corsaro"),),
    ),
    Case(
        "interrupted-comma-1",
        "«Abbiamo aspettato tre mesi», ha protestato l'avvocata Silvestri, «e nessuno ci ha ricevuto».",
        (
            ("«Abbiamo aspettato tre mesi»", "protestato", "avvocata Silvestri"),
            ("«e nessuno ci ha ricevuto»", "protestato", "avvocata Silvestri"),
        ),
    ),
    Case(
        "interrupted-comma-2",
        '"Il vaccino funziona", spiega la virologa Elisa Contarini, "ma la campagna è partita tardi".',
        (
            ('"Il vaccino funziona"', "spiega", "virologa Elisa Contarini"),
            ('"ma la campagna è partita tardi"', "spiega", "virologa Elisa Contarini"),
        ),
    ),
    Case(
        "interrupted-dash-1",
        "«Il museo riaprirà - ha detto la direttrice Amodio - con due sale nuove».",
        (
            ("«Il museo riaprirà", "detto", "direttrice Amodio"),
            ("con due sale nuove»", "detto", "direttrice Amodio"),
        ),
    ),
    Case(
        "interrupted-dash-2",
        '"Siamo stanchi – racconta il pastore Melis – e le greggi hanno fame".',
        (
            ('"Siamo stanchi', "racconta", "pastore Melis"),
            ('e le greggi hanno fame"', "racconta", "pastore Melis"),
        ),
    ),
    Case(
        "nesting-1",
        "«Il capo mi ha urlato “sparisci” davanti a tutti», ha denunciato l'operaio Taviani.",
        (("«Il capo mi ha urlato “sparisci” davanti a tutti»", "denunciato", "operaio Taviani"),),
    ),
    Case(
        "nesting-2",
        "Il regista Quaranta ricorda: \"Mia madre ripeteva 'studia' ogni mattina\".",
        (("\"Mia madre ripeteva 'studia' ogni mattina\"", "ricorda", "regista Quaranta"),),
    ),
    Case(
        "missing-close-1",
        "Il capitano De Marchis ha detto: «La nave è al sicuro e l'equipaggio sta bene.\n\n"
        "Il rimorchiatore è arrivato a mezzogiorno.",
        (("«La nave è al sicuro e l'equipaggio sta bene.", "detto", "capitano De Marchis"),),
    ),
    Case(
        "missing-close-2",
        'La presidente Lanfranchi ha concluso: "Da oggi si volta pagina. Domani vedremo i sindacati.\n\n'
        "La seduta è terminata alle 20.",
        (('"Da oggi si volta pagina. Domani vedremo i sindacati.', "concluso", "presidente Lanfranchi"),),
    ),
    Case(
        "reopened-1",
        "L'agronomo Vezzani ha spiegato: «La siccità dura da tre anni.\n\n"
        "«Senza nuovi invasi perderemo gli ulivi».",
        (
            (
                "«La siccità dura da tre anni.\n\n«Senza nuovi invasi perderemo gli ulivi»",
                "spiegato",
                "agronomo Vezzani",
            ),
        ),
    ),
    Case(
        "reopened-2",
        '"Non lasceremo soli gli sfollati.\n\n'
        '"Le prime case saranno consegnate a giugno", ha promesso il commissario Ruggeri.',
        (
            (
                '"Non lasceremo soli gli sfollati.\n\n"Le prime case saranno consegnate a giugno"',
                "promesso",
                "commissario Ruggeri",
            ),
        ),
    ),
    Case(
        "several-speakers-1",
        "«Il voto è valido», sostiene il notaio Bonetti, mentre l'avvocato Crespi ribatte: «Faremo ricorso».",
        (
            ("«Il voto è valido»", "sostiene", "notaio Bonetti"),
            ("«Faremo ricorso»", "ribatte", "avvocato Crespi"),
        ),
    ),
    Case(
        "several-speakers-2",
        '"Pago io i danni", ha detto l\'imprenditore Ravelli; "non basta", ha risposto la vedova Monti.',
        (('"Pago io i danni"', "detto", "imprenditore Ravelli"), ('"non basta"', "risposto", "vedova Monti")),
    ),
    Case(
        "shared-1",
        "La ministra Galvani ha detto che la riforma è «necessaria» e che i tempi saranno «brevissimi».",
        (("«necessaria»", "detto", "ministra Galvani"), ("«brevissimi»", "detto", "ministra Galvani")),
    ),
    Case(
        "shared-2",
        'Secondo il perito Ambrosini, il tetto era "marcio" e la trave "segata di netto".',
        (('"marcio"', "Secondo", "perito Ambrosini"), ('"segata di netto"', "Secondo", "perito Ambrosini")),
    ),
    Case(
        "fragment-1",
        "Il premier Valdes ha definito l'accordo «un passo avanti».",
        (("«un passo avanti»", "definito", "premier Valdes"),),
    ),
    Case(
        "fragment-2",
        'Lo storico Carletti ha bollato la lettera come "un falso grossolano".',
        (('"un falso grossolano"', "bollato", "storico Carletti"),),
    ),
    Case(
        "pronoun-1",
        "Il giudice ha interrogato la donna per due ore. «Non ricordo nulla», ha risposto lei.",
        (("«Non ricordo nulla»", "risposto", "lei"),),
    ),
    Case(
        "pronoun-2",
        'I giornalisti hanno aspettato il portiere Grasselli fino a sera. "Resto qui", ha dichiarato lui.',
        (('"Resto qui"', "dichiarato", "lui"),),
    ),
    Case(
        "pronoun-3",
        "Il direttore ha convocato il capoturno; quest'ultimo ha ammesso: «Ho spento io l'allarme».",
        (("«Ho spento io l'allarme»", "ammesso", "quest'ultimo"),),
    ),
    Case(
        "title-1",
        "«La cura è gratuita», ricorda il primario di oncologia Fulvio Trentin.",
        (("«La cura è gratuita»", "ricorda", "primario di oncologia Fulvio Trentin"),),
    ),
    Case(
        "title-2",
        'Il segretario generale della Lega pescatori Nicola Sardella ha chiesto: "Fermate le trivelle".',
        (('"Fermate le trivelle"', "chiesto", "segretario generale della Lega pescatori Nicola Sardella"),),
    ),
    Case(
        "apposition-1",
        "«L'orso non è pericoloso», spiega Marta Zenari, biologa del Parco delle Cime.",
        (("«L'orso non è pericoloso»", "spiega", "Marta Zenari, biologa del Parco delle Cime"),),
    ),
    Case(
        "apposition-2",
        'Aldo Ferrante, portavoce del comitato Acqua Chiara, ha dichiarato: "Il depuratore è fermo '
        'da un anno".',
        (
            (
                '"Il depuratore è fermo da un anno"',
                "dichiarato",
                "Aldo Ferrante, portavoce del comitato Acqua Chiara",
            ),
        ),
    ),
    Case(
        "institution-1",
        "Il ministero della Salute ha precisato che «le scorte bastano per sei mesi».",
        (("«le scorte bastano per sei mesi»", "precisato", "ministero della Salute"),),
    ),
    Case(
        "institution-2",
        '"Il fascicolo resta aperto", comunica la Procura di Chieti.',
        (('"Il fascicolo resta aperto"', "comunica", "Procura di Chieti"),),
    ),
    Case(
        "institution-3",
        "Il quotidiano Il Golfo scrive: «La trattativa è fallita».",
        (("«La trattativa è fallita»", "scrive", "quotidiano Il Golfo"),),
    ),
    Case(
        "institution-4",
        '"Non chiuderemo lo stabilimento", ha garantito l\'azienda.',
        (('"Non chiuderemo lo stabilimento"', "garantito", "azienda"),),
    ),
    Case(
        "dropped-subject-1",
        "Poi ha aggiunto: «Non mi dimetto».",
        (("«Non mi dimetto»", "aggiunto", None),),
    ),
    Case(
        "dropped-subject-2",
        '"Ci rivedremo in tribunale", ha minacciato prima di salire in auto.',
        (('"Ci rivedremo in tribunale"', "minacciato", None),),
    ),
    Case(
        "orphan-1",
        "La conferenza stampa è durata dieci minuti.\n\n"
        "«Non abbiamo niente da nascondere e lo dimostreremo in aula».",
        (("«Non abbiamo niente da nascondere e lo dimostreremo in aula»", None, None),),
    ),
    Case(
        "orphan-2",
        '"Abbiamo camminato tutta la notte nella neve. All\'alba abbiamo visto le luci del rifugio."',
        (
            (
                '"Abbiamo camminato tutta la notte nella neve. All\'alba abbiamo visto le luci del rifugio."',
                None,
                None,
            ),
        ),
    ),
    Case(
        "works-1",
        'La rubrica di «La Stampa» sulla serie "Mare fuori" uscirà ogni giovedì.',
        (),
    ),
    Case(
        "works-2",
        'I carabinieri hanno arrestato dodici persone nell\'operazione "Vento di Bora".',
        (),
    ),
    Case(
        "works-3",
        "Il cantautore Livio Santoro ha presentato il romanzo «Le stanze d'inverno» e la canzone "
        "“Sale grosso”.",
        (),
    ),
    Case(
        "nickname-1",
        'La polizia ha catturato Gaetano "Nino" Scardaci, latitante da nove anni.',
        (),
    ),
    Case(
        "nickname-2",
        "Il boss Carmine Lo Surdo, detto «'o Professore», è stato condannato all'ergastolo.",
        (),
    ),
    Case(
        "scare-1",
        'I "lavori urgenti" sono cominciati dopo undici anni.',
        (),
    ),
    Case(
        "scare-2",
        "Gli ospiti del «resort» dormivano in tende senza bagno.",
        (),
    ),
    Case(
        "term-1",
        'Gli economisti temono il cosiddetto "effetto domino" sui mercati asiatici.',
        (),
    ),
    Case(
        "term-2",
        "Il termine «resilienza» compare quaranta volte nel documento.",
        (),
    ),
    Case(
        "banner-1",
        "Sulla tribuna è comparso uno striscione con scritto «Vergogna, pagate gli stipendi».",
        (("«Vergogna, pagate gli stipendi»", "scritto", None),),
    ),
    Case(
        "banner-2",
        'I manifestanti hanno sfilato al grido di "Giustizia per Amina".',
        (('"Giustizia per Amina"', "grido", "manifestanti"),),
    ),
    Case(
        "apostrophe-1",
        "L'ambasciatore è uscito dall'altro portone dell’Eliseo un po' in ritardo, come nel '68.",
        (),
    ),
    Case(
        "apostrophe-2",
        "Un po’ d'ombra nell'estate del ’76, l'inverno dell'81: così l'archivio racconta l'isola.",
        (),
    ),
    Case(
        "apostrophe-3",
        "«L'altro giorno c'era un po' di nebbia», ha raccontato l'autista Loi.",
        (("«L'altro giorno c'era un po' di nebbia»", "raccontato", "autista Loi"),),
    ),
    Case(
        "apostrophe-4",
        "Nel '98 la 'ndrangheta controllava il porto. 'Pagavamo tutti', ha ricordato l'armatore Nistri.",
        (("'Pagavamo tutti'", "ricordato", "armatore Nistri"),),
    ),
    Case(
        "elision-1",
        "L'ultimo numero dell'\"Unità\" è andato esaurito in poche ore.",
        (),
    ),
    Case(
        "elision-2",
        'Il critico Lorenzetti ha parlato dell\'"opera più onesta del decennio".',
        (('"opera più onesta del decennio"', "parlato", "critico Lorenzetti"),),
    ),
    Case(
        "glued-1",
        'La guida alpina Pedrotti ha detto:"La cresta è ghiacciata".',
        (('"La cresta è ghiacciata"', "detto", "guida alpina Pedrotti"),),
    ),
    Case(
        "glued-2",
        'Il cardinale Orsolini ammonisce:"Chi specula sul pane offende i poveri",e la piazza applaude.',
        (('"Chi specula sul pane offende i poveri"', "ammonisce", "cardinale Orsolini"),),
    ),
    Case(
        "edges-1",
        "«Basta rinvii», ha intimato il procuratore Mele, «la legge è uguale per tutti»",
        (
            ("«Basta rinvii»", "intimato", "procuratore Mele"),
            ("«la legge è uguale per tutti»", "intimato", "procuratore Mele"),
        ),
    ),
    Case(
        "question-1",
        '"Dove sono finiti i soldi?", ha chiesto il consigliere Patanè.',
        (('"Dove sono finiti i soldi?"', "chiesto", "consigliere Patanè"),),
    ),
    Case(
        "exclamation-1",
        "«Abbiamo vinto!» ha esultato la capitana Moira Fusi.",
        (("«Abbiamo vinto!»", "esultato", "capitana Moira Fusi"),),
    ),
    Case(
        "adverbs-between-1",
        'Il club non cederà "in nessun caso", ha ribadito intanto oggi il presidente della squadra di Terni.',
        (('"in nessun caso"', "ribadito", "presidente della squadra di Terni"),),
    ),
    Case(
        "according-far-1",
        "Secondo quanto riferito dalla Procura, i due avrebbero agito «con estrema freddezza» nella notte.",
        (("«con estrema freddezza»", "riferito", "Procura"),),
    ),
    Case(
        "makes-known-behind-1",
        "«Non ci saremo», hanno fatto sapere in serata fonti del ministero.",
        (("«Non ci saremo»", "fatto sapere", "fonti del ministero"),),
    ),
    Case(
        "agent-1",
        'Il piano, giudicato "insufficiente" dai sindacati, va rivisto.',
        (('"insufficiente"', "giudicato", "sindacati"),),
    ),
    Case(
        "agent-2",
        "Una scelta definita «folle» da Bernardini ha diviso la giunta.",
        (("«folle»", "definita", "Bernardini"),),
    ),
)
